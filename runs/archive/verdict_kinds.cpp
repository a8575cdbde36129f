#include "runs/archive/verdict_kinds.hpp"

#include "mapping/json_writer.hpp"

namespace evalbridge {

int verdict_kinds::number_of(const verdict& v) {
    const auto& metric = v.measured.metric;
    std::string key; // its parts quoted, so that none runs into the next
    json_writer out(key);
    out.begin_array().string(name_of(v.level)).boolean_or_null(v.measured.passed);
    out.string(metric.name).string(metric.native_name).string_or_null(metric.native_id).end_array();
    const auto next = static_cast<int>(numbers_.size());
    const auto [at, is_new] = numbers_.emplace(std::move(key), next);
    if (is_new)
        fresh_.push_back({next, std::string(name_of(v.level)), v.measured.passed, metric.name, metric.native_name,
                          metric.native_id});
    return at->second;
}

std::vector<archived_kind> verdict_kinds::take_fresh() { return std::exchange(fresh_, {}); }

std::vector<bool> kinds_that_match(const std::vector<archived_kind>& kinds, const verdict_filter& filter) {
    auto but_for_trace = filter;
    but_for_trace.trace_id.reset();
    std::vector<bool> out;
    for (const auto& kind : kinds) {
        verdict v;
        v.level = kind.level == name_of(verdict_level::span) ? verdict_level::span : verdict_level::item;
        v.measured.passed = kind.passed;
        v.measured.metric.name = kind.metric;
        v.measured.metric.native_name = kind.native_name;
        v.measured.metric.native_id = kind.native_id;
        if (out.size() <= static_cast<std::size_t>(kind.kind))
            out.resize(static_cast<std::size_t>(kind.kind) + 1);
        out[static_cast<std::size_t>(kind.kind)] = matches(but_for_trace, v);
    }
    return out;
}

} // namespace evalbridge
