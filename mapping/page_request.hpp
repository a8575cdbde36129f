#pragma once
// From query parameters to the page of a list that a client wants, and from the page back to what lets it go on:
// `page` and the Link header. Strict: nothing is clamped, and every fault is told at once.

#include "mapping/cursor.hpp"
#include "mapping/write.hpp"

#include <span>
#include <utility>

namespace evalbridge {

inline constexpr std::uint32_t default_limit = 50;
inline constexpr std::uint32_t max_limit = 1000;
/// The largest whole number that every JSON reader holds exactly.
inline constexpr std::uint64_t max_offset = std::uint64_t(1) << 53;
/// Bytes of a `metric` or `trace_id`, as of every other id.
inline constexpr std::size_t max_filter_text = 512;

struct list_request {
    list_kind kind = list_kind::verdicts;
    paging_style style = paging_style::offset; ///< `offset` too where the client named none
    verdict_filter filter;
    std::vector<std::string> include; ///< sorted, each once
    list_window window;
    std::uint64_t offset = 0; ///< matching items before the window's first
    std::uint32_t limit = default_limit;

    bool includes(std::string_view what) const;
};

/// Names and values, percent-decoded, in the order sent.
using query_parameters = std::span<const std::pair<std::string, std::string>>;

/// Reads `limit`+`offset`, `page`+`per_page`, or `cursor`; the filters `passed`, `metric`, `level` and `trace_id`; and
/// `include`. Parameters of other names are the route's business. A cursor carries all the others; one that is sent
/// along must say the same.
/// Errors: invalid_request with a fault (in: query) for each bad value, for a parameter given twice, for styles that
/// are mixed, for a filter where `filters_allowed` is false, and for a cursor that is of another kind of list or of
/// another subject, or that isn't ours.
result<list_request> read_list_request(query_parameters query, list_kind kind, std::string_view subject,
                                       const std::vector<std::string_view>& allowed_includes, bool filters_allowed,
                                       const mac_function& mac);

/// The cursor of what follows `items_taken` items of the request's window.
std::string make_next_cursor(const list_request& request, std::size_t items_taken, walk_position next,
                             std::string_view subject, const mac_function& mac);

/// What a page says of its place in a list. `Request` has a `limit` and an `offset`.
template <class Request>
page_info page_info_of(const Request& request, std::optional<std::uint64_t> total, bool has_more) {
    page_info info;
    info.limit = request.limit;
    info.offset = request.offset;
    if (request.offset % request.limit == 0)
        info.number = request.offset / request.limit + 1;
    info.total = total;
    info.has_more = has_more;
    return info;
}

/// A request for a list of another sort, as `link_header` takes it. `Request` has a `style`, a `limit` and an `offset`.
template <class Request> list_request as_list_request(const Request& request, list_kind kind) {
    list_request out;
    out.kind = kind;
    out.style = request.style;
    out.offset = request.offset;
    out.limit = request.limit;
    return out;
}

/// The `page` member for what a request gave.
template <class T>
page_info make_page_info(const list_request& request, const page<T>& given, std::string_view subject,
                         const mac_function& mac) {
    auto info = page_info_of(request, given.total, given.has_more);
    if (given.has_more && given.next)
        info.next_cursor = make_next_cursor(request, given.items.size(), *given.next, subject, mac);
    info.run_terminal = given.run_terminal;
    return info;
}

/// The value of a Link field (RFC 8288) with relative URLs in the style that the client used: first, prev, next and,
/// where the total is known, last; in the cursor style next alone. Empty where there is nothing to link to. `path` is
/// percent-encoded as it was sent; every parameter of `query` that isn't a paging one is kept. `prev` of an offset
/// below the limit is the items before it and no more, so that a walk backwards repeats none.
std::string link_header(const list_request& request, const page_info& info, std::string_view path,
                        query_parameters query);

} // namespace evalbridge
