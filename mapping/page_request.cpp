#include "mapping/page_request.hpp"

#include "mapping/asked_filter.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

/// What was asked for, parameter by parameter; empty where it wasn't, or was wrong.
struct asked : asked_page {
    asked_filter filter;
    std::optional<std::vector<std::string>> include;
};

asked read_parameters(query_reader& in, const std::vector<std::string_view>& allowed_includes, bool filters_allowed) {
    asked a{read_page(in), {}, {}};
    if (filters_allowed) {
        a.filter = read_filter(in);
    } else {
        for (const auto name : {"passed", "level", "metric", "trace_id"})
            if (in.has(name))
                in.fault(name, "is not taken by this list");
    }
    a.include = in.include(allowed_includes);
    return a;
}

void start_anywhere(list_request& request, const asked& a, query_reader& in) {
    const auto start = start_of(a, in);
    request.style = start.style;
    request.limit = start.limit;
    request.offset = start.offset;
    request.filter = a.filter.filter();
    request.include = a.include.value_or(std::vector<std::string>{});
    request.window = {{}, 0, request.offset, request.limit};
}

void go_on(list_request& request, const asked& a, query_reader& in, std::string_view subject, const mac_function& mac) {
    auto decoded = decode_cursor(*a.cursor, mac);
    if (!decoded)
        return in.add(decoded.error());
    auto& c = *decoded;
    if (c.kind != request.kind)
        return in.fault("cursor", "is of another kind of list: start the walk again without a cursor");
    if (c.subject != subject)
        return in.fault("cursor", "is of another run's or provider's list: start the walk again without a cursor");
    must_equal(in, "limit", a.limit, c.limit);
    must_equal(in, a.filter, c.filter);
    must_equal(in, "include", a.include, c.include);
    request.style = paging_style::cursor;
    request.limit = c.limit;
    request.offset = c.ordinal;
    request.window = {c.position, c.ordinal, 0, c.limit};
    request.filter = std::move(c.filter);
    request.include = std::move(c.include);
}

} // namespace

bool list_request::includes(std::string_view what) const { return std::ranges::count(include, what) > 0; }

result<list_request> read_list_request(query_parameters query, list_kind kind, std::string_view subject,
                                       const std::vector<std::string_view>& allowed_includes, bool filters_allowed,
                                       const mac_function& mac) {
    query_reader in(query);
    const auto a = read_parameters(in, allowed_includes, filters_allowed);
    list_request request;
    request.kind = kind;
    if (a.cursor)
        go_on(request, a, in, subject, mac);
    else
        start_anywhere(request, a, in);
    if (in.failed())
        return std::move(in).take_error();
    return request;
}

std::string make_next_cursor(const list_request& request, std::size_t items_taken, walk_position next,
                             std::string_view subject, const mac_function& mac) {
    cursor c;
    c.kind = request.kind;
    c.subject = subject;
    c.filter = request.filter;
    c.include = request.include;
    c.limit = request.limit;
    c.ordinal = request.offset + items_taken;
    c.position = next;
    return encode_cursor(c, mac);
}

} // namespace evalbridge
