#include "cli/follow.hpp"

#include "base/percent.hpp"
#include "cli/raw_json.hpp"
#include "cli/teller.hpp"

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr duration patience = 5min;
constexpr duration redraw = 1s;
constexpr duration longest_wait = 1h; ///< at a time; nothing depends on it

bool is_event_stream(const answer& a) { return a.content_type.starts_with("text/event-stream"); }

answer unreadable(std::string why) {
    answer out;
    out.failure = std::move(why);
    return out;
}

class follower {
  public:
    follower(gateway& from, const console& to, std::vector<run_view> runs, const follow_options& options)
        : from_(from), to_(to), options_(options), tell_(to), started_(from.now()) {
        for (auto& each : runs)
            runs_.emplace_back(std::move(each));
        tell_.begin(runs_);
    }

    followed go() {
        for (;;) {
            const auto now = from_.now();
            for (auto& each : runs_)
                if (const auto due = each.ask_at(); due && *due <= now)
                    if (const auto stopped = ask(each))
                        return end(*stopped);
            tell_.draw(runs_, from_.now() - started_, from_.now());
            if (std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return run.ended(); }))
                return end(end_reason::all_ended);
            if (options_.give_up && from_.now() - started_ >= *options_.give_up)
                return end(end_reason::gave_up);
            if (const auto stopped = take(from_.next(wake_at())))
                return end(*stopped);
        }
    }

  private:
    using end_reason = followed::end;
    using stop = std::optional<end_reason>;

    followed end(end_reason how) {
        tell_.clear();
        followed out;
        out.how = how;
        for (const auto& each : runs_) {
            if (each.stream() != 0)
                from_.leave(each.stream());
            out.runs.push_back(each.view());
            out.bodies.push_back(each.body());
            out.summaries.push_back(each.summary());
        }
        return out;
    }

    /// When something is to be done even if nothing comes.
    time_point wake_at() const {
        const auto now = from_.now();
        auto at = now + (to_.live_err ? redraw : longest_wait);
        if (options_.give_up)
            at = std::min(at, started_ + *options_.give_up);
        for (const auto& each : runs_)
            if (const auto due = each.ask_at())
                at = std::min(at, *due);
        return at;
    }

    stop ask(followed_run& run) {
        if (run.asked_by() == followed_run::how::stream) {
            const auto number = ++last_stream_;
            from_.open(number, run_target(run.view().id) + "/events", run.opening(number, from_.now()));
            return {};
        }
        const auto got = from_.get(run_target(run.view().id));
        if (got.interrupted)
            return end_reason::interrupted;
        run.closed(from_.now() + options_.poll);
        if (!got.ok())
            return bear(run, got);
        if (run.take_run(got.body) == followed_run::told::unreadable)
            return bear(run, got, false); // not a run: not a gateway
        if (options_.each)
            options_.each(std::string(trimmed(got.body)));
        return {};
    }

    stop take(const arrival& came) {
        using kind = arrival::kind;
        if (came.what == kind::interrupted)
            return end_reason::interrupted;
        const auto run =
            std::find_if(runs_.begin(), runs_.end(), [&](const auto& each) { return each.stream() == came.stream; });
        if (came.what == kind::nothing || run == runs_.end())
            return {};
        switch (came.what) {
        case kind::opened: return is_event_stream(came.got) ? stop() : poll(*run);
        case kind::bytes: return read(*run, came.bytes);
        case kind::ended:
            if (!run->heard_since_opening())
                return bear(*run, unreadable("the gateway ended the stream at once"));
            run->closed(from_.now() + spread(run->pace())); // a gateway that makes room for another
            return {};
        case kind::failed: return has_no_events(came.got) ? poll(*run) : bear(*run, came.got);
        default: return {};
        }
    }

    /// No such route, or nothing more to tell: a plain read says which.
    static bool has_no_events(const answer& got) {
        return got.status == 204 || got.status == 404 || got.status == 405 || got.status == 501;
    }

    stop poll(followed_run& run) {
        from_.leave(run.stream());
        run.poll_from(from_.now());
        return {};
    }

    stop read(followed_run& run, const std::string& bytes) {
        using told = followed_run::told;
        const auto events = run.feed(bytes);
        if (!events)
            return bear(run, unreadable("an event is too large"));
        for (const auto& each : *events) {
            const auto what = run.take(each, from_.now());
            if (what == told::unreadable)
                return bear(run, unreadable("an event can't be read"));
            if (options_.each && what != told::nothing)
                options_.each(each.data);
            if (what == told::problem)
                return bear(run, problem_of(each));
            if (what == told::end) {
                from_.leave(run.stream());
                run.closed({});
                return {};
            }
        }
        return {};
    }

    static answer problem_of(const stream_event& event) {
        answer out;
        out.status = 502; // a problem of the provider's is one; whether it passes is in its words
        out.body = event.data;
        out.content_type = "application/problem+json";
        return out;
    }

    /// Goes on after an answer that tells nothing of the run, if it may pass and patience lasts.
    stop bear(followed_run& run, const answer& got) { return bear(run, got, is_transient(got)); }
    stop bear(followed_run& run, const answer& got, bool passes) {
        const auto now = from_.now();
        if (run.stream() != 0)
            from_.leave(run.stream());
        const auto failing_since = run.failed(now);
        const bool polls = run.asked_by() == followed_run::how::poll;
        const auto wait = std::max<duration>(polls ? options_.poll : spread(run.pace()), got.retry_after.value_or(0ms));
        const auto limit = std::max(patience, options_.poll); // a slow pace still asks a second time
        if (passes && now + wait - failing_since <= limit) {
            tell_.say("still waiting: " + explain_briefly(got) + "; asking again in " + seconds_text(wait));
            run.closed(now + wait);
            return {};
        }
        tell_.clear();
        to_.err << explain(got, from_);
        if (passes)
            to_.err << "  not waited for: the next try would be in " << seconds_text(wait)
                    << ", and failures in a row are waited out for " << seconds_text(limit) << " only\n";
        return end_reason::refused;
    }

    /// A quarter more or less, so that those whom one gateway left don't all come to the next at once.
    duration spread(duration wait) const {
        const double factor = options_.chance ? 0.75 + options_.chance() / 2 : 1.0;
        return std::chrono::duration_cast<duration>(wait * factor);
    }

    gateway& from_;
    const console& to_;
    const follow_options& options_;
    teller tell_;
    time_point started_;
    std::deque<followed_run> runs_;
    std::size_t last_stream_ = 0;
};

} // namespace

std::string run_target(std::string_view id) { return "/v1/runs/" + encode_path_segment(id); }

followed follow(gateway& from, const console& to, std::vector<run_view> runs, const follow_options& options) {
    return follower(from, to, std::move(runs), options).go();
}

} // namespace evalbridge::cli
