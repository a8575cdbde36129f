#include "cli/teller.hpp"

#include "cli/text.hpp"

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace {

long long seconds_of(duration d) { return std::chrono::duration_cast<std::chrono::seconds>(d).count(); }

/// Empty where it isn't known.
std::optional<std::int64_t> percent_of(const run_view& run) {
    if (!run.done || !run.total || *run.total <= 0 || *run.done < 0)
        return {};
    return static_cast<std::int64_t>(100.0 * std::min(1.0, double(*run.done) / double(*run.total)));
}

/// `no change for 6:10, where runs like it end after 2:00`
std::string stall_of(const stall& s, time_point now) {
    auto out = "no change for " + clock_time(s.quiet_seconds + seconds_of(now - s.told));
    if (s.usual_seconds)
        out += ", where such runs end after " + clock_time(*s.usual_seconds);
    return out;
}

/// What makes a line worth another: a new status, phase or tenth of the way, and that it stalled. Few, however long it
/// takes.
std::string change_of(const followed_run& run) {
    const auto& view = run.view();
    const auto percent = percent_of(view);
    return view.status + '\n' + view.phase.value_or("") + '\n' + (percent ? std::to_string(*percent / 10) : "") +
           (run.stalled() ? "\nstalled" : "");
}

std::string count_states(const std::deque<followed_run>& runs) {
    std::vector<std::pair<std::string, int>> counts; // in order of first appearance
    for (const auto& each : runs) {
        const auto& status = each.view().status;
        const auto same = [&](const auto& count) { return count.first == status; };
        if (const auto at = std::find_if(counts.begin(), counts.end(), same); at != counts.end())
            ++at->second;
        else
            counts.emplace_back(status, 1);
    }
    std::string out = std::to_string(runs.size()) + " runs: ";
    for (const auto& [status, count] : counts)
        out += (status == counts.front().first ? "" : ", ") + std::to_string(count) + ' ' + on_one_line(status);
    const auto stalled = std::count_if(runs.begin(), runs.end(), [](const auto& r) { return r.stalled().has_value(); });
    return stalled == 0 ? out : out + " (" + std::to_string(stalled) + " stalled)";
}

} // namespace

std::string state_of(const run_view& run) {
    auto out = on_one_line(run.status);
    if (run.phase)
        out += " (" + on_one_line(*run.phase) + ')';
    if (run.done && run.total)
        out += ' ' + with_separators(*run.done) + '/' + with_separators(*run.total);
    else if (run.done)
        out += ' ' + with_separators(*run.done) + " done";
    else if (run.total)
        out += ' ' + with_separators(*run.total) + (*run.total == 1 ? " item" : " items");
    return out;
}

std::string progress_line(const std::deque<followed_run>& runs, duration elapsed, time_point now) {
    const auto clock = ", " + clock_time(seconds_of(elapsed));
    if (runs.size() != 1)
        return count_states(runs) + clock;
    const auto& run = runs.front();
    auto out = on_one_line(run.view().id) + ": " + state_of(run.view());
    if (const auto percent = percent_of(run.view()))
        out += " (" + std::to_string(*percent) + "%)";
    out += clock;
    if (run.stalled())
        out += ", " + stall_of(*run.stalled(), now);
    return out;
}

void teller::draw(const std::deque<followed_run>& runs, duration elapsed, time_point now) {
    if (!to_.live_err) {
        for (std::size_t i = 0; i < runs.size(); ++i)
            tell_changes(runs[i], told_[i], now);
        return;
    }
    if (std::any_of(runs.begin(), runs.end(), [](const auto& run) { return run.view().status.empty(); }))
        return;
    constexpr std::size_t shown = 100; // `err` and `out` may be different terminals, so no width is known
    to_.err << '\r' << cut(progress_line(runs, elapsed, now), shown) << "\x1b[K" << std::flush;
    drawn_ = true;
}

void teller::begin(const std::deque<followed_run>& runs) {
    for (const auto& each : runs)
        told_.push_back(change_of(each));
}

void teller::tell_changes(const followed_run& run, std::string& told, time_point now) {
    const auto& view = run.view();
    const auto state = change_of(run);
    if (std::exchange(told, state) == state)
        return;
    to_.err << on_one_line(view.id) << ": " << state_of(view);
    if (run.stalled())
        to_.err << ", " << stall_of(*run.stalled(), now);
    to_.err << std::endl;
}

void teller::say(const std::string& text) {
    clear();
    to_.err << text << std::endl;
}

void teller::clear() {
    if (std::exchange(drawn_, false))
        to_.err << "\r\x1b[K" << std::flush;
}

} // namespace evalbridge::cli
