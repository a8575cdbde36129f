#include "mapping/summary.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

/// The native id, else the native name, marked so that no id is taken for another metric's name.
std::string key_of(const metric_ref& metric) {
    return metric.native_id ? "i" + *metric.native_id : "n" + metric.native_name;
}

} // namespace

void verdict_counts::add(const measurement& measured) {
    ++total;
    if (measured.passed)
        ++(*measured.passed ? passed : failed);
    else
        ++(measured.error ? errored : undecided);
}

std::optional<double> verdict_counts::pass_rate() const {
    const auto decided = passed + failed;
    if (decided == 0)
        return {};
    return static_cast<double>(passed) / static_cast<double>(decided);
}

bool is_score_as_given(const measurement& measured) {
    return measured.score && std::ranges::any_of(measured.mapping, [](const mapping_note& note) {
               return note.kind == note_kind::defaulted && note.member == "score";
           });
}

summary_fold::summary_fold(std::string run_id) : run_id_(std::move(run_id)) {}

void summary_fold::tally::add(const verdict& v) {
    counts.add(v.measured);
    if (v.measured.score)
        score.add(*v.measured.score);
    if (v.latency_ms)
        latency.add(static_cast<double>(*v.latency_ms));
}

void summary_fold::add(const verdict& v) {
    if (v.level != verdict_level::item)
        return;
    whole_.add(v);
    scale_unknown_ = scale_unknown_ || is_score_as_given(v.measured);
    const auto [at, is_new] = index_.try_emplace(key_of(v.measured.metric), metrics_.size());
    if (is_new)
        metrics_.emplace_back().metric = v.measured.metric;
    metrics_[at->second].add(v);
}

summary summary_fold::finish() const {
    summary out;
    out.run_id = run_id_;
    out.source = summary_source::computed;
    out.counts = whole_.counts;
    out.pass_rate = whole_.counts.pass_rate();
    out.average_score = whole_.score.value();
    out.average_latency_ms = whole_.latency.value();
    out.metrics.reserve(metrics_.size());
    for (const auto& each : metrics_)
        out.metrics.push_back(
            {each.metric, each.counts, each.counts.pass_rate(), each.score.value(), each.latency.value()});
    if (scale_unknown_ && out.average_score)
        out.mapping.push_back({note_kind::derived, "average_score", "takes in scores whose scale is not known"});
    return out;
}

} // namespace evalbridge
