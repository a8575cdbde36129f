#include "mapping/run_query.hpp"

#include "mapping/query_reader.hpp"
#include "mapping/run_cursor.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

constexpr word<run_filter::outcome_is> outcome_words[] = {
    {"passed", run_filter::outcome_is::passed},
    {"failed", run_filter::outcome_is::failed},
    {"none", run_filter::outcome_is::none},
};
constexpr word<run_sort> sort_words[] = {
    {"created_at", {run_order::created_at, false}},
    {"-created_at", {run_order::created_at, true}},
    {"finished_at", {run_order::finished_at, false}},
    {"-finished_at", {run_order::finished_at, true}},
    {"name", {run_order::name, false}},
    {"-name", {run_order::name, true}},
};
constexpr run_status all_statuses[] = {run_status::pending,   run_status::running, run_status::cancelling,
                                       run_status::completed, run_status::partial, run_status::failed,
                                       run_status::cancelled, run_status::unknown};

struct asked_runs {
    asked_page paging;
    std::optional<std::uint64_t> as_of;
    run_filter filter;
    std::optional<run_sort> sort;
    bool refresh = false;
};

std::vector<run_status> read_statuses(query_reader& in) {
    const auto* text = in.value("status");
    if (!text)
        return {};
    std::vector<run_status> out;
    bool known = true;
    for (std::size_t from = 0; from <= text->size();) {
        const auto comma = std::min(text->find(',', from), text->size());
        const auto status = parse_run_status(std::string_view(*text).substr(from, comma - from));
        known = known && status;
        out.push_back(status.value_or(run_status::unknown));
        from = comma + 1;
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    if (known)
        return out;
    std::string names;
    for (const auto each : all_statuses)
        names.append(names.empty() ? "" : ", ").append(name_of(each));
    in.fault("status", "must be one or more of: " + names + ", separated by commas");
    return {};
}

// `name=value`, or `name` alone.
std::vector<run_filter::label> read_labels(query_reader& in) {
    std::vector<run_filter::label> out;
    for (const auto& parameter : in.all()) {
        if (parameter.first != "label")
            continue;
        const auto& text = parameter.second;
        const auto equals = text.find('=');
        if (equals == 0 || text.empty() || text.size() > max_filter_text) {
            in.fault("label",
                     "must be name=value, or a name alone, of at most " + std::to_string(max_filter_text) + " bytes");
            return {};
        }
        run_filter::label wanted{text.substr(0, equals), {}};
        if (equals != std::string::npos)
            wanted.value = text.substr(equals + 1);
        out.push_back(std::move(wanted));
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    if (out.size() > max_label_filters)
        in.fault("label", "is given more than " + std::to_string(max_label_filters) + " times");
    return out;
}

std::optional<timestamp> read_time(query_reader& in, std::string_view name) {
    const auto* text = in.value(name);
    if (!text)
        return {};
    const auto at = parse_strict_timestamp(*text);
    if (!at)
        in.fault(name, "must be an RFC 3339 time with a zone, e.g. 2026-05-10T08:00:00Z (in a URL \"+\" is %2B)");
    return at;
}

// Of all that is too much, the largest is named.
void refuse_too_much(query_reader& in, const run_filter& filter) {
    const auto size = [](const std::optional<std::string>& text) { return text ? text->size() : 0; };
    std::size_t of_labels = 0;
    for (const auto& each : filter.labels)
        of_labels += each.name.size() + size(each.value);
    const std::pair<std::size_t, std::string_view> given[] = {{size(filter.text), "text"},
                                                              {size(filter.provider), "provider"},
                                                              {size(filter.suite), "suite"},
                                                              {size(filter.group), "group"},
                                                              {of_labels, "label"}};
    std::size_t bytes = 0;
    for (const auto& [each, name] : given)
        bytes += each;
    if (bytes > max_filter_bytes)
        in.fault(std::ranges::max_element(given)->second,
                 "and the other filters may have " + std::to_string(max_filter_bytes) + " bytes altogether");
}

asked_runs read_parameters(query_reader& in) {
    asked_runs a;
    a.paging = read_page(in);
    a.as_of = in.number("as_of", 0, max_offset);
    a.filter.provider = in.text("provider");
    a.filter.suite = in.text("suite");
    a.filter.group = in.text("group");
    a.filter.statuses = read_statuses(in);
    a.filter.outcome = in.one_of("outcome", outcome_words);
    a.filter.labels = read_labels(in);
    a.filter.created_after = read_time(in, "created_after");
    a.filter.created_before = read_time(in, "created_before");
    a.filter.text = in.text("text");
    a.sort = in.one_of("sort", sort_words);
    a.refresh = in.boolean("refresh").value_or(false);
    refuse_too_much(in, a.filter);
    return a;
}

void start_anywhere(run_list_request& request, asked_runs a, query_reader& in) {
    const auto start = start_of(a.paging, in);
    request.style = start.style;
    request.limit = start.limit;
    request.offset = start.offset;
    request.filter = std::move(a.filter);
    request.sort = a.sort.value_or(run_sort{});
    request.as_of = a.as_of;
}

template <class T> std::optional<T> if_any(const T& list) { return list.empty() ? std::nullopt : std::optional(list); }

void go_on(run_list_request& request, const asked_runs& a, query_reader& in, const mac_function& mac) {
    auto decoded = decode_run_cursor(*a.paging.cursor, mac);
    if (!decoded)
        return in.add(decoded.error());
    request = std::move(*decoded);
    const auto& bound = request.filter;
    must_equal(in, "limit", a.paging.limit, request.limit);
    must_equal(in, "as_of", a.as_of, request.as_of);
    must_equal(in, "provider", a.filter.provider, bound.provider);
    must_equal(in, "suite", a.filter.suite, bound.suite);
    must_equal(in, "group", a.filter.group, bound.group);
    must_equal(in, "status", if_any(a.filter.statuses), bound.statuses);
    must_equal(in, "outcome", a.filter.outcome, bound.outcome);
    must_equal(in, "label", if_any(a.filter.labels), bound.labels);
    must_equal(in, "created_after", a.filter.created_after, bound.created_after);
    must_equal(in, "created_before", a.filter.created_before, bound.created_before);
    must_equal(in, "text", a.filter.text, bound.text);
    must_equal(in, "sort", a.sort, request.sort);
}

} // namespace

result<run_list_request> read_run_list_request(query_parameters query, const mac_function& mac) {
    query_reader in(query);
    auto a = read_parameters(in);
    run_list_request request;
    const bool refresh = a.refresh;
    if (a.paging.cursor)
        go_on(request, a, in, mac);
    else
        start_anywhere(request, std::move(a), in);
    request.refresh = refresh;
    if (in.failed())
        return std::move(in).take_error();
    return request;
}

std::string make_next_run_cursor(const run_list_request& request, std::size_t taken, const run_position& last,
                                 std::uint64_t as_of, std::uint64_t total, const mac_function& mac) {
    auto next = request;
    next.offset += taken;
    next.after = last;
    next.as_of = as_of;
    next.total = total;
    return encode_run_cursor(next, mac);
}

} // namespace evalbridge
