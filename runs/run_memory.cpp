#include "runs/run_memory.hpp"

namespace evalbridge {

run_memory::run_memory(logger& log, std::size_t capacity) : log_(log), entries_(capacity) {}

void run_memory::created(run& r, const std::map<std::string, std::string>& labels) {
    r.labels = labels;
    const std::lock_guard lock(mutex_);
    auto& known = entries_.use(r.id);
    known.labels = labels;
    known.suite = r.suite;
}

void run_memory::recall(const run& kept) {
    const bool shows = evalbridge::is_terminal(kept.status) || kept.status == run_status::cancelling;
    if (!shows && kept.labels.empty() && !kept.suite)
        return;
    const std::lock_guard lock(mutex_);
    const bool fresh = !entries_.contains(kept.id);
    auto& known = entries_.use(kept.id);
    if (fresh || known.labels.empty())
        known.labels = kept.labels;
    if (fresh || !known.suite)
        known.suite = kept.suite;
    if (!shows || (known.shown && evalbridge::is_terminal(*known.shown)))
        return;
    known.shown = kept.status;
    known.as_ended = {kept.native_status, kept.outcome, kept.outcome_source, kept.error, kept.finished_at};
}

void run_memory::cancel_requested(const std::string& run_id) {
    const std::lock_guard lock(mutex_);
    auto& known = entries_.use(run_id);
    if (!known.shown || !evalbridge::is_terminal(*known.shown))
        known.shown = run_status::cancelling;
}

void run_memory::observe(run& r) {
    bool contradicted = false;
    const auto read = r.status;
    {
        const std::lock_guard lock(mutex_);
        // A run of which there is nothing to remember takes no entry.
        if (!entries_.contains(r.id) && !evalbridge::is_terminal(read))
            return;
        auto& known = entries_.use(r.id);
        r.status = next_status(known.shown, read, contradicted);
        if (contradicted) {
            ++contradictions_;
            r.native_status = known.as_ended.native_status;
            r.outcome = known.as_ended.outcome;
            r.outcome_source = known.as_ended.outcome_source;
            r.error = known.as_ended.error;
            r.finished_at = known.as_ended.finished_at;
            r.phase.reset();
        } else {
            known.as_ended = {r.native_status, r.outcome, r.outcome_source, r.error, r.finished_at};
        }
        if (evalbridge::is_terminal(r.status) || r.status == run_status::cancelling)
            known.shown = r.status;
        r.labels = known.labels;
        r.suite = known.suite;
    }
    if (r.status == read)
        return;
    if (!contradicted) {
        r.mapping.push_back({note_kind::derived, "status", "cancel requested"});
        return;
    }
    r.mapping.push_back({note_kind::derived, "status", "frozen at the first terminal answer"});
    log_.warning("terminal_status_contradicted",
                 {{"run_id", r.id}, {"shown", name_of(r.status)}, {"answered", name_of(read)}});
}

bool run_memory::is_terminal(const std::string& run_id) const {
    const std::lock_guard lock(mutex_);
    const auto* known = entries_.find(run_id);
    return known && known->shown && evalbridge::is_terminal(*known->shown);
}

std::uint64_t run_memory::contradictions() const {
    const std::lock_guard lock(mutex_);
    return contradictions_;
}

} // namespace evalbridge
