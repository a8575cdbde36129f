#include "compare/comparisons.hpp"

namespace evalbridge {
namespace {

using finished = comparisons::finished;

std::string key_of(const comparison_task& task) {
    auto key = task.a.id + '\n' + task.b.id + '\n';
    key.append(name_of(task.by)).append("\n").append(std::to_string(task.min_pairs));
    for (const auto& each : task.metrics)
        key.append("\n").append(each);
    return key;
}

/// What is handed to a thread, and goes with it.
struct read_runs {
    comparison_task task;
    run_rows a;
    run_rows b;
    row_budget::share held;
};

finished finish(read_runs& runs) {
    const auto& task = runs.task;
    if (task.a.id == task.b.id) // it was read once
        runs.b = runs.a;
    const auto matched = match_metrics(runs.a.metrics, runs.b.metrics, task.metrics);
    auto joined = join(matched, std::move(runs.a.rows), std::move(runs.b.rows));
    const auto out = std::make_shared<finished_comparison>();
    out->flips = std::move(joined.flips);
    out->flips.shrink_to_fit();
    out->regressions = joined.regressions;
    const bool same_vendor = task.a.vendor == task.b.vendor;
    out->what = compare(matched, runs.a, runs.b, std::move(joined), task.min_pairs, same_vendor);
    out->what.not_measured = names_of_none(runs.a.metrics, runs.b.metrics, task.metrics);
    out->pages_a = std::move(runs.a.pages);
    out->pages_b = std::move(runs.b.pages);
    return out;
}

} // namespace

comparisons::comparisons(clock& time, comparison_limits limits)
    : time_(time), limits_(limits), budget_(limits.most_held), memory_(limits.remembered_bytes, limits.remembered_for),
      threads_(limits.threads) {}

boost::asio::awaitable<result<finished>> comparisons::compare(const comparison_task& task, const call& how_a,
                                                              const call& how_b, const std::function<bool()>& goes_on) {
    const bool lasts = task.a.terminal && task.b.terminal;
    const auto key = key_of(task);
    if (auto known = lasts ? memory_.find(key, time_.now()) : nullptr)
        co_return known;

    row_reading state{row_budget::share(budget_), limits_.most_verdicts, 0, time_, goes_on};
    auto a = co_await read_rows(task.a, task.by, how_a, state);
    if (!a)
        co_return std::move(a).error();
    result<run_rows> b = run_rows();
    if (task.a.id != task.b.id)
        b = co_await read_rows(task.b, task.by, how_b, state);
    if (!b)
        co_return std::move(b).error();

    const auto runs = std::make_shared<read_runs>(
        read_runs{task, std::move(*a), std::move(*b), std::move(state.held)}); // shared with the thread
    const auto work = [runs] { return finish(*runs); };
    auto done = co_await threads_.run(work);
    if (lasts)
        memory_.keep(key, done, time_.now());
    co_return done;
}

} // namespace evalbridge
