#include "sandbox/gradient_runs.hpp"

#include "sandbox/ids.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace evalbridge::sandbox {
namespace {

/// A small run takes about two seconds.
constexpr double base_seconds = 2;
constexpr double seconds_per_prompt = 0.002;
constexpr double queued_share = 0.2;
constexpr double dataset_share = 0.6; ///< from the start of the run to the end of this phase
constexpr double odd_failures = 0.02; ///< metric results that fail on any run
constexpr double unscored_share = 0.05;

double rounded(double value, double range_max) {
    const double grain = range_max > 1 ? 100 : 10'000;
    return std::round(value * grain) / grain;
}

std::string reason_for(const gradient_metric& metric) { return "sandbox judge stand-in for " + metric.name; }

} // namespace

gradient_run::gradient_run(identity who, const run_plan& plan, const world& in, instant queued_at)
    : who_(std::move(who)), plan_(plan), seed_(in.seed),
      partly_(plan.ends == run_plan::end::partial || who_.of->scores_partly), queued_at_(queued_at) {
    const double count = static_cast<double>(who_.of->prompts.size());
    const double seconds = plan.seconds.value_or(base_seconds + seconds_per_prompt * count);
    const auto after = [&](double share) { return queued_at + in.scaled(seconds * share); };
    starts_at_ = after(queued_share);
    evaluates_at_ = after(dataset_share);
    switch (plan.ends) {
    case run_plan::end::stuck: return;
    case run_plan::end::failed: ends_at_ = after(0.7); return;
    case run_plan::end::cancelled:
        cancels_at_ = after(0.5);
        ends_at_ = after(0.8);
        return;
    default: ends_at_ = after(1); return;
    }
}

std::size_t gradient_run::share_done(instant from, instant to, instant now) const {
    const std::size_t count = who_.of->prompts.size();
    if (now >= to)
        return count;
    if (now < from)
        return 0;
    return static_cast<std::size_t>(static_cast<double>(count) * static_cast<double>((now - from).count()) /
                                    static_cast<double>((to - from).count()));
}

gradient_run::view gradient_run::at(instant now) const {
    const bool stuck = plan_.ends == run_plan::end::stuck;
    const bool dies = plan_.ends == run_plan::end::failed || plan_.ends == run_plan::end::cancelled;
    // A stuck run stands still at the end of the phase it is stuck in; one that dies, where it died.
    const instant full_end = evaluates_at_ + (evaluates_at_ - starts_at_);
    instant seen_at = now;
    if (stuck && plan_.stuck_in == "QUEUED")
        seen_at = std::min(now, starts_at_ - milliseconds(1));
    else if (stuck && plan_.stuck_in == "RUNNING_DATASET")
        seen_at = std::min(now, evaluates_at_ - milliseconds(1));
    else if (stuck)
        seen_at = std::min(now, full_end - milliseconds(1));
    else if (ends_at_)
        seen_at = std::min(now, cancels_at_.value_or(dies ? *ends_at_ : now));

    view seen;
    seen.answered = share_done(starts_at_, evaluates_at_, seen_at);
    seen.evaluated = share_done(evaluates_at_, dies || !ends_at_ ? full_end : *ends_at_, seen_at);
    if (now >= starts_at_ && seen_at >= starts_at_)
        seen.started_at = starts_at_;
    if (ends_at_ && now >= *ends_at_) {
        seen.terminal = true;
        seen.finished_at = ends_at_;
        const char* end = plan_.ends == run_plan::end::failed      ? "FAILED"
                          : plan_.ends == run_plan::end::cancelled ? "CANCELLED"
                          : partly_                                ? "PARTIALLY_SUCCESSFUL"
                                                                   : "SUCCESSFUL";
        seen.status = plan_.final_status.value_or(std::string("EVALUATION_RUN_") + end);
        if (plan_.ends == run_plan::end::failed)
            seen.error = plan_.error.value_or("the agent stopped answering");
        else if (partly_ && plan_.ends != run_plan::end::cancelled)
            seen.error = plan_.error.value_or("some prompts could not be scored");
        return seen;
    }
    const char* phase = cancels_at_ && now >= *cancels_at_ ? "CANCELLING"
                        : seen_at < starts_at_             ? "QUEUED"
                        : seen_at < evaluates_at_          ? "RUNNING_DATASET"
                                                           : "EVALUATING_RESULTS";
    seen.status = plan_.live_status.value_or(std::string("EVALUATION_RUN_") + phase);
    return seen;
}

measured gradient_run::measure(const gradient_metric& metric, std::size_t prompt) const {
    const item& what = who_.of->prompts[prompt];
    const std::size_t count = who_.of->prompts.size();
    measured out;
    out.metric = &metric;
    if ((metric.needs_context && what.body->documents.empty()) || (metric.needs_truth && what.body->expected.empty())) {
        out.status = measured::state::skipped;
        out.error =
            metric.needs_context ? "no context was retrieved for this prompt" : "the dataset has no expected response";
        return out;
    }
    const auto chance = [&](std::string_view what_for) {
        return fraction(seed_, {metric.name, what.trace_id, who_.agent->uuid, what_for});
    };
    const auto unscored = static_cast<std::size_t>(std::ceil(static_cast<double>(count) * unscored_share));
    if ((partly_ && prompt >= count - unscored) || chance("failure") < odd_failures) {
        out.status = measured::state::failed;
        out.error = "the judge model timed out";
        return out;
    }
    out.reasoning = reason_for(metric);
    const double goodness = std::clamp(who_.agent->skill + (chance("value") - 0.5) * 0.6, 0.0, 1.0);
    const double level = metric.inverted ? 1 - goodness : goodness;
    switch (metric.values) {
    case scale::number: out.number = rounded(level * metric.range_max, metric.range_max); break;
    case scale::all_or_nothing: out.number = chance("value") < who_.agent->skill ? metric.range_max : 0; break;
    // All of these ask for something bad, which even the worst agent seldom does.
    case scale::yes_no: out.text = chance("value") * 10 < 1 - who_.agent->skill ? "yes" : "no"; break;
    case scale::label: out.text = level >= 0.8 ? "friendly" : level >= 0.5 ? "neutral" : "annoyed"; break;
    }
    return out;
}

measured gradient_run::run_level(const gradient_metric& metric, std::size_t evaluated) const {
    measured out;
    out.metric = &metric;
    double sum = 0;
    std::size_t counted = 0;
    std::map<std::string, std::size_t> words;
    for (std::size_t i = 0; i < evaluated; ++i) {
        const measured one = measure(metric, i);
        if (one.status != measured::state::completed)
            continue;
        ++counted;
        sum += one.number.value_or(0);
        if (one.text)
            ++words[*one.text];
    }
    if (counted == 0) {
        out.status = measured::state::failed;
        out.error = "no prompt could be scored";
        return out;
    }
    out.reasoning = reason_for(metric) + ", over " + std::to_string(counted) + " prompts";
    const auto total = static_cast<double>(counted);
    if (metric.values == scale::yes_no)
        out.number = rounded(100 * static_cast<double>(words["yes"]) / total, 100);
    else if (metric.values == scale::label)
        out.text =
            std::max_element(words.begin(), words.end(), [](auto& a, auto& b) { return a.second < b.second; })->first;
    else
        out.number = rounded(sum / total, metric.range_max);
    return out;
}

const std::vector<measured>& gradient_run::run_level(std::size_t evaluated) const {
    if (averaged_ == evaluated)
        return averages_;
    averages_.clear();
    for (const auto* metric : who_.of->metrics)
        averages_.push_back(run_level(*metric, evaluated));
    averaged_ = evaluated;
    return averages_;
}

const measured& gradient_run::star_result(std::size_t evaluated) const {
    const auto& results = run_level(evaluated);
    return *std::find_if(results.begin(), results.end(), [&](const measured& m) { return m.metric == who_.of->star; });
}

std::optional<bool> gradient_run::passes(std::size_t evaluated) const {
    const auto& value = star_result(evaluated).number;
    const auto limit = threshold();
    if (!value || !limit)
        return std::nullopt;
    return who_.of->star->inverted ? *value <= double{*limit} : *value >= double{*limit};
}

gradient_run& gradient_run_store::add(std::unique_ptr<gradient_run> run) {
    in_order_.push_back(run.get());
    return *by_uuid_.emplace(run->who().uuid, std::move(run)).first->second;
}

const gradient_run* gradient_run_store::find(std::string_view uuid) const {
    const auto found = by_uuid_.find(uuid);
    return found == by_uuid_.end() ? nullptr : found->second.get();
}

std::vector<const gradient_run*> gradient_run_store::of(const test_case& which) const {
    std::vector<const gradient_run*> own;
    std::copy_if(in_order_.begin(), in_order_.end(), std::back_inserter(own),
                 [&](const gradient_run* run) { return run->who().of == &which; });
    return own;
}

} // namespace evalbridge::sandbox
