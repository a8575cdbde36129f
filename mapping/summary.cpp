#include "mapping/summary.hpp"

#include <algorithm>
#include <cmath>

namespace evalbridge {
namespace {

/// The native id, else the native name, marked so that no id is taken for another metric's name.
std::string key_of(const metric_ref& metric) {
    return metric.native_id ? "i" + *metric.native_id : "n" + metric.native_name;
}

std::optional<double> pass_rate(const verdict_counts& counts) {
    const auto decided = counts.passed + counts.failed;
    if (decided == 0)
        return {};
    return static_cast<double>(counts.passed) / static_cast<double>(decided);
}

void count(verdict_counts& counts, const measurement& measured) {
    ++counts.total;
    if (measured.passed)
        ++(*measured.passed ? counts.passed : counts.failed);
    else
        ++(measured.error ? counts.errored : counts.undecided);
}

bool is_score_as_given(const measurement& measured) {
    return measured.score && std::ranges::any_of(measured.mapping, [](const mapping_note& note) {
               return note.kind == note_kind::defaulted && note.member == "score";
           });
}

} // namespace

summary_fold::summary_fold(std::string run_id) : run_id_(std::move(run_id)) {}

// Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
void summary_fold::mean::add(double value) {
    if (!std::isfinite(value))
        return;
    const auto next = sum + value;
    compensation += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
    ++count;
}

std::optional<double> summary_fold::mean::value() const {
    if (count == 0)
        return {};
    const auto average = (sum + compensation) / static_cast<double>(count);
    return std::isfinite(average) ? std::optional(average) : std::nullopt;
}

void summary_fold::tally::add(const verdict& v) {
    count(counts, v.measured);
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
    out.pass_rate = pass_rate(whole_.counts);
    out.average_score = whole_.score.value();
    out.average_latency_ms = whole_.latency.value();
    out.metrics.reserve(metrics_.size());
    for (const auto& each : metrics_)
        out.metrics.push_back(
            {each.metric, each.counts, pass_rate(each.counts), each.score.value(), each.latency.value()});
    if (scale_unknown_ && out.average_score)
        out.mapping.push_back({note_kind::derived, "average_score", "takes in scores whose scale is not known"});
    return out;
}

} // namespace evalbridge
