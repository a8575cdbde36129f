#include "cli/walk.hpp"

#include "base/percent.hpp"
#include "cli/raw_json.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t page_size = 200;
constexpr duration patience = 1min; ///< for a page, since starting over would cost the whole walk

answer unreadable(const answer& got, const std::string& why) {
    answer out = got;
    out.status = 0;
    out.failure = "its list can't be read: " + why;
    return out;
}

} // namespace

walked walk(gateway& from, const std::string& path, const std::string& query, std::uint64_t limit,
            const std::function<void(const std::string& element)>& take, std::ostream& err,
            const std::function<void(const std::string& body)>& look) {
    walked out;
    const auto first = limit == 0 ? page_size : std::min(limit, page_size);
    auto target = path + "?limit=" + std::to_string(first) + (query.empty() ? "" : "&" + query);
    for (bool begun = false;; begun = true) {
        // Before the first page nothing is lost by starting over, so the user is told at once.
        const auto got = begun ? get_patiently(from, target, patience, err) : from.get(target);
        if (!got.ok()) {
            out.failed = got;
            return out;
        }
        const auto elements = elements_of(got.body, "data");
        if (!elements) {
            out.failed = unreadable(got, elements.error().detail());
            return out;
        }
        if (!begun && look)
            look(got.body);
        boost::system::error_code code;
        const auto parsed = json::parse(json::string_view(got.body.data(), got.body.size()), code);
        const auto* page = member(parsed, "page");
        out.last = page ? read_page(*page) : page_view();
        for (const auto& each : *elements) {
            if (limit != 0 && out.taken == limit) {
                // A page has its size from the first request, so the last one may hold more than was asked for.
                if (!out.last.next_cursor)
                    out.last.next_cursor.emplace();
                return out;
            }
            take(each);
            ++out.taken;
        }
        if (!out.last.next_cursor || (limit != 0 && out.taken == limit))
            return out;
        target = path + "?cursor=" + encode_query(*out.last.next_cursor);
    }
}

} // namespace evalbridge::cli
