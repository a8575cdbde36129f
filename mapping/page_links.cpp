// link_header of page_request.hpp.

#include "base/percent.hpp"
#include "mapping/page_request.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

constexpr std::string_view paging_parameters[] = {"limit", "offset", "page", "per_page", "cursor"};
constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
// What RFC 3986 lets stand in a path, except for the marks that readers of a Link field split it at.
constexpr std::string_view path_marks = "/%!$&'()*+=:@";

/// A path that is encoded already, with whatever could still break a Link field encoded too.
std::string safe_path(std::string_view path) {
    std::string out;
    for (const char& c : path) {
        if (unreserved.find(c) != std::string_view::npos || path_marks.find(c) != std::string_view::npos)
            out += c;
        else
            out += encode_query({&c, 1});
    }
    return out;
}

class link_writer {
  public:
    link_writer(std::string_view path, query_parameters query) : base_(safe_path(path) + "?") {
        for (const auto& [name, value] : query)
            if (std::ranges::count(paging_parameters, name) == 0)
                base_.append(encode_query(name)).append("=").append(encode_query(value)).append("&");
    }
    void add(std::string_view relation, std::string_view paging) {
        out_.append(out_.empty() ? "<" : ", <").append(base_).append(paging);
        out_.append(">; rel=\"").append(relation).append("\"");
    }
    std::string take() && { return std::move(out_); }

  private:
    std::string base_;
    std::string out_;
};

std::string offset_parameters(std::uint64_t limit, std::uint64_t offset) {
    return "limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset);
}

std::string page_parameters(std::uint64_t limit, std::uint64_t offset) {
    return "page=" + std::to_string(offset / limit + 1) + "&per_page=" + std::to_string(limit);
}

/// Where the last page begins, in steps of the limit to and from the offset asked for.
std::uint64_t last_offset(std::uint64_t total, std::uint64_t offset, std::uint64_t limit) {
    const auto phase = offset % limit;
    return total > phase ? phase + (total - phase - 1) / limit * limit : 0;
}

} // namespace

std::string link_header(const list_request& request, const page_info& info, std::string_view path,
                        query_parameters query) {
    link_writer links(path, query);
    if (request.style == paging_style::cursor) {
        if (info.next_cursor)
            links.add("next", "cursor=" + *info.next_cursor);
        return std::move(links).take();
    }
    const std::uint64_t limit = request.limit;
    const auto offset = request.offset;
    const auto parameters = request.style == paging_style::number ? page_parameters : offset_parameters;
    std::optional<std::uint64_t> last;
    if (info.total)
        last = last_offset(*info.total, offset, limit);

    links.add("first", parameters(limit, 0));
    // Past the end, what comes before is the last page there is.
    if (last && offset > *last && offset - *last > limit)
        links.add("prev", parameters(limit, *last));
    else if (offset >= limit)
        links.add("prev", parameters(limit, offset - limit));
    else if (offset > 0)
        links.add("prev", parameters(offset, 0));
    if (info.has_more && offset + limit <= max_offset)
        links.add("next", parameters(limit, offset + limit));
    if (last)
        links.add("last", parameters(limit, *last));
    return std::move(links).take();
}

} // namespace evalbridge
