#include "cli/show_list.hpp"

#include "cli/command.hpp"
#include "cli/walk.hpp"

#include <boost/json/parse.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;

template <class View> int show_list(gateway& from, const listing<View>& what, const console& to) {
    std::vector<View> rows;
    const auto take = [&](const std::string& element) {
        if (what.as_json) {
            to.out << element << '\n';
            return;
        }
        boost::system::error_code code;
        rows.push_back(what.read(json::parse(json::string_view(element.data(), element.size()), code)));
    };
    const auto walked = walk(from, what.path, what.query, what.limit, take, to.err);
    if (!rows.empty())
        what.show(to, rows);
    to.out.flush();
    if (walked.failed) {
        const int code = report(*walked.failed, from, to);
        if (walked.taken > 0)
            to.err << "The list above is not complete.\n";
        return code;
    }
    if (!what.as_json)
        to.out << what.footer(walked.taken, walked.last, what.filtered) << '\n';
    return exit_done;
}

template int show_list(gateway& from, const listing<run_view>& what, const console& to);
template int show_list(gateway& from, const listing<verdict_view>& what, const console& to);

} // namespace evalbridge::cli
