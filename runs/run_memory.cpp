#include "runs/run_memory.hpp"

namespace evalbridge {

run_memory::run_memory(logger& log, std::size_t capacity) : log_(log), capacity_(capacity) {}

void run_memory::created(run& r, const std::map<std::string, std::string>& labels) {
    r.labels = labels;
    const std::lock_guard lock(mutex_);
    auto& known = entry_for(r.id);
    known.labels = labels;
    known.suite = r.suite;
}

void run_memory::recall(const run& kept) {
    const bool shows = evalbridge::is_terminal(kept.status) || kept.status == run_status::cancelling;
    if (!shows && kept.labels.empty() && !kept.suite)
        return;
    const std::lock_guard lock(mutex_);
    const bool fresh = !index_.contains(kept.id);
    auto& known = entry_for(kept.id);
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
    auto& known = entry_for(run_id);
    if (!known.shown || !evalbridge::is_terminal(*known.shown))
        known.shown = run_status::cancelling;
}

void run_memory::observe(run& r) {
    bool contradicted = false;
    const auto read = r.status;
    {
        const std::lock_guard lock(mutex_);
        // A run of which there is nothing to remember takes no entry.
        const auto at = index_.find(r.id);
        if (at == index_.end() && !evalbridge::is_terminal(read))
            return;
        auto& known = entry_for(r.id);
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
    const auto at = index_.find(run_id);
    return at != index_.end() && at->second->shown && evalbridge::is_terminal(*at->second->shown);
}

std::uint64_t run_memory::contradictions() const {
    const std::lock_guard lock(mutex_);
    return contradictions_;
}

run_memory::entry& run_memory::entry_for(const std::string& run_id) {
    if (const auto at = index_.find(run_id); at != index_.end()) {
        entries_.splice(entries_.begin(), entries_, at->second);
        return entries_.front();
    }
    if (entries_.size() >= capacity_) {
        index_.erase(entries_.back().id);
        entries_.pop_back();
    }
    auto& fresh = entries_.emplace_front();
    fresh.id = run_id;
    index_.emplace(run_id, entries_.begin());
    return fresh;
}

} // namespace evalbridge
