#include "runs/usual_durations.hpp"

#include <algorithm>
#include <vector>

namespace evalbridge {
namespace {

constexpr std::size_t samples_kept = 16;
constexpr std::size_t samples_needed = 3;

std::string key_of(const run& r) {
    std::vector<std::string> metrics;
    for (const auto& each : r.metrics)
        metrics.push_back(each.native_id.value_or(each.native_name));
    std::ranges::sort(metrics);
    std::string key = r.provider + '\n' + (r.scope ? std::to_string(r.scope->index()) : "-");
    for (const auto& each : metrics)
        key.append(1, '\n').append(each);
    return key;
}

std::optional<duration> time_taken(const run& r) {
    const auto& from = r.started_at ? r.started_at : r.created_at;
    if (r.status != run_status::completed || !from || !r.finished_at || *r.finished_at <= *from)
        return {};
    return *r.finished_at - *from;
}

} // namespace

void usual_durations::learn(const run& ended) {
    const auto took = time_taken(ended);
    if (!took)
        return;
    auto key = key_of(ended);
    const std::lock_guard lock(mutex_);
    const auto at = index_.find(key);
    if (at != index_.end()) {
        kinds_.splice(kinds_.begin(), kinds_, at->second);
    } else {
        if (kinds_.size() >= capacity_) {
            index_.erase(kinds_.back().key);
            kinds_.pop_back();
        }
        kinds_.push_front({key, {}});
        index_.emplace(std::move(key), kinds_.begin());
    }
    auto& latest = kinds_.front().latest;
    if (std::ranges::find(latest, ended.id, &sample::run_id) != latest.end())
        return;
    latest.push_back({ended.id, *took});
    if (latest.size() > samples_kept)
        latest.pop_front();
}

std::optional<duration> usual_durations::of(const run& r) const {
    const auto key = key_of(r);
    std::vector<duration> taken;
    {
        const std::lock_guard lock(mutex_);
        const auto at = index_.find(key);
        if (at == index_.end() || at->second->latest.size() < samples_needed)
            return {};
        for (const auto& each : at->second->latest)
            taken.push_back(each.took);
    }
    const auto middle = taken.begin() + static_cast<std::ptrdiff_t>(taken.size() / 2);
    std::ranges::nth_element(taken, middle);
    return *middle;
}

} // namespace evalbridge
