#include "cli/follow.hpp"

#include "base/percent.hpp"
#include "cli/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

constexpr duration patience = 5min;
constexpr duration redraw = 1s;

long long seconds_of(duration d) { return std::chrono::duration_cast<std::chrono::seconds>(d).count(); }

/// What is said on `err` while waiting.
class teller {
  public:
    teller(const console& to, const std::vector<run_view>& runs) : to_(to) {
        for (const auto& each : runs)
            told_.push_back(to.live_err ? std::string() : each.status);
    }

    void draw(const std::vector<run_view>& runs, duration elapsed) {
        if (to_.live_err) {
            constexpr std::size_t shown = 100; // `err` and `out` may be different terminals, so no width is known
            to_.err << '\r' << cut(progress_line(runs, seconds_of(elapsed)), shown) << "\x1b[K" << std::flush;
            drawn_ = true;
            return;
        }
        for (std::size_t i = 0; i < runs.size(); ++i)
            if (std::exchange(told_[i], runs[i].status) != runs[i].status)
                to_.err << on_one_line(runs[i].id) << ": " << state_of(runs[i]) << std::endl;
    }
    void say(const std::string& line) {
        clear();
        to_.err << line << std::endl;
    }
    void clear() {
        if (std::exchange(drawn_, false))
            to_.err << "\r\x1b[K" << std::flush;
    }

  private:
    const console& to_;
    std::vector<std::string> told_;
    bool drawn_ = false;
};

class follower {
  public:
    follower(gateway& from, const console& to, std::vector<run_view> runs, const follow_options& options)
        : from_(from), to_(to), options_(options), tell_(to, runs), started_(from.now()) {
        out_.bodies.resize(runs.size());
        out_.runs = std::move(runs);
    }

    followed go() {
        for (;;) {
            if (const auto stopped = read_all())
                return end(*stopped);
            for (const auto& each : failures_)
                tell_.say("still waiting: " + each + "; asking again in " + seconds_text(wait_for_));
            tell_.draw(out_.runs, from_.now() - started_);
            if (std::all_of(out_.bodies.begin(), out_.bodies.end(), [](const auto& body) { return !body.empty(); }))
                return end(followed::end::all_ended);
            if (const auto stopped = wait())
                return end(*stopped);
        }
    }

  private:
    using end_reason = followed::end;

    followed end(end_reason how) {
        tell_.clear();
        out_.how = how;
        return std::move(out_);
    }

    /// Reads every run that isn't known to have ended.
    std::optional<end_reason> read_all() {
        wait_for_ = options_.poll;
        failures_.clear();
        for (std::size_t i = 0; i < out_.runs.size(); ++i) {
            if (!out_.bodies[i].empty())
                continue;
            const auto got = from_.get(run_target(out_.runs[i].id));
            if (got.interrupted)
                return end_reason::interrupted;
            if (got.ok() ? !take(i, got) : !bear(got))
                return end_reason::refused;
        }
        return {};
    }

    bool take(std::size_t i, const answer& got) {
        boost::system::error_code code;
        const auto parsed = json::parse(json::string_view(got.body.data(), got.body.size()), code);
        if (code || !parsed.is_object()) {
            tell_.say("error: the answer from " + from_.url() + " isn't a run");
            return false;
        }
        failing_since_.reset();
        const auto id = out_.runs[i].id;
        out_.runs[i] = read_run(parsed);
        out_.runs[i].id = id;
        if (out_.runs[i].terminal)
            out_.bodies[i] = got.body;
        return true;
    }

    /// Whether to go on after an answer that tells nothing of the run.
    bool bear(const answer& got) {
        const auto now = from_.now();
        if (!failing_since_)
            failing_since_ = now;
        wait_for_ = std::max<duration>(wait_for_, got.retry_after.value_or(0ms));
        const bool passes = is_transient(got);
        const auto limit = std::max(patience, options_.poll); // a slow pace still asks a second time
        if (passes && now + wait_for_ - *failing_since_ <= limit) {
            failures_.push_back(explain_briefly(got));
            return true;
        }
        tell_.clear();
        to_.err << explain(got, from_);
        if (passes)
            to_.err << "  not waited for: the next try would be in " << seconds_text(wait_for_)
                    << ", and failures in a row are waited out for " << seconds_text(limit) << " only\n";
        return false;
    }

    std::optional<end_reason> wait() {
        const auto until = from_.now() + wait_for_;
        for (auto now = from_.now(); now < until; now = from_.now()) {
            if (options_.give_up && now - started_ >= *options_.give_up)
                return end_reason::gave_up;
            if (!from_.pause(std::min<duration>(until - now, to_.live_err ? redraw : wait_for_)))
                return end_reason::interrupted;
            if (to_.live_err)
                tell_.draw(out_.runs, from_.now() - started_);
        }
        return {};
    }

    gateway& from_;
    const console& to_;
    follow_options options_;
    teller tell_;
    time_point started_;
    followed out_;
    duration wait_for_{};
    std::vector<std::string> failures_; ///< of this round; told once the wait after it is known
    std::optional<time_point> failing_since_;
};

} // namespace

std::string run_target(std::string_view id) { return "/v1/runs/" + encode_path_segment(id); }

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

std::string progress_line(const std::vector<run_view>& runs, long long seconds) {
    const auto elapsed = ", " + clock_time(seconds);
    if (runs.size() == 1)
        return on_one_line(runs.front().id) + ": " + state_of(runs.front()) + elapsed;
    std::vector<std::pair<std::string, int>> counts; // in order of first appearance
    for (const auto& each : runs) {
        const auto same = [&](const auto& count) { return count.first == each.status; };
        if (const auto at = std::find_if(counts.begin(), counts.end(), same); at != counts.end())
            ++at->second;
        else
            counts.emplace_back(each.status, 1);
    }
    std::string out = std::to_string(runs.size()) + " runs: ";
    for (const auto& [status, count] : counts)
        out += (status == counts.front().first ? "" : ", ") + std::to_string(count) + ' ' + on_one_line(status);
    return out + elapsed;
}

followed follow(gateway& from, const console& to, std::vector<run_view> runs, const follow_options& options) {
    return follower(from, to, std::move(runs), options).go();
}

} // namespace evalbridge::cli
