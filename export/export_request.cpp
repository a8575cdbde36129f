#include "export/export_request.hpp"

#include "mapping/asked_filter.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

constexpr word<export_format> format_words[] = {
    {"ndjson", export_format::ndjson},
    {"csv", export_format::csv},
    {"junit", export_format::junit},
};
/// What was asked for, parameter by parameter; empty where it wasn't, or was wrong.
struct asked {
    std::optional<export_format> format;
    asked_filter filter;
    std::optional<std::vector<std::string>> include;
    std::optional<std::uint64_t> offset;
    const std::string* cursor = nullptr;
    std::optional<bool> bom, guard, require_terminal;
};

asked read_parameters(query_reader& in) {
    asked a;
    a.format = in.one_of("format", format_words);
    a.filter = read_filter(in);
    a.include = in.include({"raw", "cursor"});
    a.offset = in.number("offset", 0, max_offset);
    a.cursor = in.value("cursor");
    a.bom = in.boolean("bom");
    a.guard = in.boolean("guard");
    a.require_terminal = in.boolean("require_terminal");
    return a;
}

bool lists(const std::optional<std::vector<std::string>>& include, std::string_view what) {
    return include && std::ranges::count(*include, what) > 0;
}

void refuse_what_has_no_place(query_reader& in, const asked& a) {
    const auto format = a.format.value_or(export_format::ndjson);
    if (format == export_format::junit) {
        for (const auto name : {"offset", "cursor"})
            if (in.has(name))
                in.fault(name, "is not taken by format=junit: a report is one document and can't go on in another");
        if (lists(a.include, "raw"))
            in.fault("include", "raw has no place in format=junit");
    } else if (in.has("offset") && in.has("cursor")) {
        in.fault("offset", "can't be combined with cursor: the cursor says where to go on");
    }
    if (format != export_format::ndjson && lists(a.include, "cursor"))
        in.fault("include", "cursor is taken by format=ndjson alone: go on by `offset`, the number of rows read");
    if (format != export_format::csv)
        for (const auto name : {"bom", "guard"})
            if (in.has(name))
                in.fault(name, "is taken by format=csv alone");
}

void go_on(export_request& request, const asked& a, query_reader& in, std::string_view run_id,
           const mac_function& mac) {
    auto decoded = decode_cursor(*a.cursor, mac);
    if (!decoded)
        return in.add(decoded.error());
    auto& c = *decoded;
    if (c.kind != list_kind::exports)
        return in.fault("cursor", "is of a list, not of an export: export again without a cursor");
    if (c.subject != run_id)
        return in.fault("cursor", "is of another run's export: export again without a cursor");
    must_equal(in, "format", a.format, export_format::ndjson);
    must_equal(in, a.filter, c.filter);
    must_equal(in, "include", a.include, c.include);
    request.filter = std::move(c.filter);
    request.raw = std::ranges::count(c.include, "raw") > 0;
    request.cursors = std::ranges::count(c.include, "cursor") > 0;
    request.from = c.position;
    request.rows_before = c.ordinal;
}

} // namespace

std::string_view name_of(export_format format) {
    return std::ranges::find(format_words, format, &word<export_format>::value)->text;
}

result<export_request> read_export_request(query_parameters query, std::string_view run_id, const mac_function& mac) {
    query_reader in(query);
    const auto a = read_parameters(in);
    refuse_what_has_no_place(in, a);
    export_request request;
    request.format = a.format.value_or(export_format::ndjson);
    request.filter = a.filter.filter();
    request.raw = lists(a.include, "raw");
    request.cursors = lists(a.include, "cursor");
    request.byte_order_mark = a.bom.value_or(false);
    request.guard = a.guard.value_or(true);
    request.require_terminal = a.require_terminal.value_or(false);
    request.skip = a.offset.value_or(0);
    request.goes_on = a.offset || a.cursor;
    if (a.cursor && request.format != export_format::junit)
        go_on(request, a, in, run_id, mac);
    if (in.failed())
        return std::move(in).take_error();
    return request;
}

std::string make_export_cursor(const export_request& request, std::uint64_t rows, walk_position next,
                               std::string_view run_id, const mac_function& mac) {
    cursor c;
    c.kind = list_kind::exports;
    c.subject = run_id;
    c.filter = request.filter;
    if (request.cursors)
        c.include.push_back("cursor");
    if (request.raw)
        c.include.push_back("raw");
    c.ordinal = rows;
    c.position = next;
    return encode_cursor(c, mac);
}

} // namespace evalbridge
