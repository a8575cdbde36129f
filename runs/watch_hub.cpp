#include "runs/watch_hub.hpp"

#include "runs/watch_board.hpp"
#include "runs/watch_poller.hpp"
#include "runs/watcher_parts.hpp"

namespace evalbridge {

watch_hub::watch_hub(std::map<std::string, pace_of_provider> providers, run_registry& runs, clock& time, logger& log,
                     metrics& all, random_source chance)
    : board_(std::make_shared<watch_board>(std::move(providers), time, all, std::move(chance))), runs_(runs),
      time_(time), log_(log) {
    auto& contradictions =
        all.count("evalbridge_terminal_status_contradictions_total", "Terminal statuses that a provider went back on");
    all.before_text(
        [&contradictions, &memory = runs.memory(), alive = std::weak_ptr(board_), told = std::uint64_t{0}]() mutable {
            if (alive.expired())
                return;
            const auto now = memory.contradictions();
            contradictions.Increment(static_cast<double>(now - told));
            told = now;
        });
}

watch_hub::~watch_hub() = default;

std::unique_ptr<watcher> watch_hub::watch(provider& from, const std::string& native_id, const place& where,
                                          const std::string& request_id, haste first,
                                          std::optional<time_point> patience) {
    const bool leisurely = first == haste::none;
    auto joined = board_->join(from.name(), make_run_id(from.name(), native_id), where, leisurely, patience);
    const auto entry = joined.entry;
    auto parts = std::make_unique<watcher::parts>(board_, std::move(joined), where, time_, log_, request_id);
    if (parts->fresh)
        start_poller({board_, entry, from, native_id, runs_, time_, log_}, where, request_id);
    return std::unique_ptr<watcher>(new watcher(std::move(parts)));
}

void watch_hub::observed(const sighting_ptr& seen, time_point asked) {
    if (const auto entry = board_->find(seen->seen->id))
        board_->observed(*entry, seen, asked);
}

void watch_hub::look_now(const std::string& run_id) { board_->look_now(run_id); }

std::size_t watch_hub::watches() const { return board_->watches(); }

std::size_t watch_hub::watches_of(const std::string& provider) const { return board_->watches_of(provider); }

std::size_t watch_hub::watchers() const { return board_->watchers(); }

} // namespace evalbridge
