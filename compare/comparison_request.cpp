#include "compare/comparison_request.hpp"

#include "mapping/cursor_bytes.hpp"
#include "mapping/query_reader.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

// Changes with the layout below, so that a cursor from before an upgrade is refused and not misread. The kind of list
// stands where every cursor has it.
constexpr std::uint8_t version = 1;

constexpr word<join_key> join_words[] = {{"trace_id", join_key::trace_id}, {"input", join_key::input}};
constexpr word<wanted_flips> flip_words[] = {
    {"all", wanted_flips::all},
    {"regressions", wanted_flips::regressions},
    {"improvements", wanted_flips::improvements},
};

struct asked : asked_page {
    std::optional<join_key> by;
    std::optional<std::vector<std::string>> metrics;
    std::optional<std::uint64_t> min_pairs;
    std::optional<wanted_flips> flips;
};

std::optional<std::vector<std::string>> read_metrics(query_reader& in) {
    std::vector<std::string> out;
    std::size_t bytes = 0;
    for (const auto& [name, value] : in.all()) {
        if (name != "metric")
            continue;
        if (value.empty())
            in.fault("metric", "must be the name or id of a metric");
        out.push_back(value);
        bytes += value.size();
    }
    if (out.empty())
        return {};
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    if (out.size() > max_metric_filters || bytes > max_metric_bytes)
        in.fault("metric", "may be given " + std::to_string(max_metric_filters) + " times, with " +
                               std::to_string(max_metric_bytes) + " bytes altogether");
    return out;
}

asked read_parameters(query_reader& in) {
    asked a{read_page(in), {}, {}, {}, {}};
    a.by = in.one_of("join", join_words);
    a.metrics = read_metrics(in);
    a.min_pairs = in.number("min_pairs", 1, max_min_pairs);
    a.flips = in.one_of("flips", flip_words);
    return a;
}

std::string pack(const comparison_request& at, std::string_view a, std::string_view b) {
    byte_writer out;
    out.number(version);
    out.word(list_kind::flips);
    out.text(a);
    out.text(b);
    out.word(at.by);
    out.number(at.metrics.size());
    for (const auto& each : at.metrics)
        out.text(each);
    out.number(at.min_pairs);
    out.word(at.flips);
    out.number(at.limit);
    out.number(at.offset);
    return std::move(out).take();
}

struct unpacked {
    comparison_request at;
    std::string a;
    std::string b;
};

std::optional<unpacked> unpack(std::string_view bytes) {
    byte_reader in(bytes);
    if (in.number() != version || in.word(list_kind::flips) != list_kind::flips)
        return {};
    unpacked out;
    out.at.style = paging_style::cursor;
    out.a = in.text();
    out.b = in.text();
    out.at.by = in.word(join_key::input);
    for (auto left = in.number(max_metric_filters); left > 0 && !in.failed(); --left)
        out.at.metrics.push_back(in.text());
    out.at.min_pairs = in.number32();
    out.at.flips = in.word(wanted_flips::improvements);
    out.at.limit = in.number32();
    out.at.offset = in.number();
    if (!in.at_end())
        return {};
    return out;
}

/// Errors: invalid_request with a fault `cursor`. Never throws, whatever the bytes.
result<unpacked> decode(std::string_view text, const mac_function& mac) {
    const auto bytes = unseal_cursor(text, mac);
    if (!bytes)
        return refused_cursor();
    auto out = unpack(*bytes);
    // Two texts never mean the same cursor.
    if (!out || pack(out->at, out->a, out->b) != *bytes)
        return refused_cursor();
    return std::move(*out);
}

void start_anywhere(comparison_request& request, asked a, query_reader& in) {
    const auto start = start_of(a, in);
    request.style = start.style;
    request.limit = start.limit;
    request.offset = start.offset;
    request.by = a.by.value_or(join_key::trace_id);
    request.metrics = std::move(a.metrics).value_or(std::vector<std::string>());
    request.min_pairs = static_cast<std::uint32_t>(a.min_pairs.value_or(usual_min_pairs));
    request.flips = a.flips.value_or(wanted_flips::all);
}

void go_on(comparison_request& request, const asked& given, query_reader& in, std::string_view a, std::string_view b,
           const mac_function& mac) {
    auto decoded = decode(*given.cursor, mac);
    if (!decoded)
        return in.add(decoded.error());
    if (decoded->a != a || decoded->b != b)
        return in.fault("cursor", "is of another comparison: start the walk again without a cursor");
    request = std::move(decoded->at);
    must_equal(in, "limit", given.limit, request.limit);
    must_equal(in, "join", given.by, request.by);
    must_equal(in, "metric", given.metrics, request.metrics);
    must_equal(in, "min_pairs", given.min_pairs, request.min_pairs);
    must_equal(in, "flips", given.flips, request.flips);
}

} // namespace

result<comparison_request> read_comparison_request(query_parameters query, std::string_view a, std::string_view b,
                                                   const mac_function& mac) {
    query_reader in(query);
    auto given = read_parameters(in);
    comparison_request request;
    if (given.cursor)
        go_on(request, given, in, a, b, mac);
    else
        start_anywhere(request, std::move(given), in);
    if (in.failed())
        return std::move(in).take_error();
    return request;
}

std::string make_next_flip_cursor(const comparison_request& request, std::uint64_t taken, std::string_view a,
                                  std::string_view b, const mac_function& mac) {
    auto next = request;
    next.offset += taken;
    return seal_cursor(pack(next, a, b), mac);
}

} // namespace evalbridge
