#include "store/silence_watch.hpp"

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

constexpr duration every = 200ms;
constexpr duration for_a_look = 1s;
constexpr duration for_a_unit = 25s; // a statement of ours ends after 20 s, where the server works
constexpr duration for_a_unit_while_away = 3s;

} // namespace

void silence_watch::start() {
    thread_ = std::jthread([this](const std::stop_token& stopped) { watch(stopped); });
}

void silence_watch::stop() { thread_ = {}; }

silence_watch::asking::asking(silence_watch& by, connection& on, patience how) : by_(by) {
    const std::lock_guard lock(by_.mutex_);
    place_ = by_.asked_.insert(by_.asked_.end(), asked{&on, by_.time_.now(), how});
}

silence_watch::asking::~asking() {
    const std::lock_guard lock(by_.mutex_);
    by_.asked_.erase(place_);
}

void silence_watch::watch(const std::stop_token& stopped) {
    std::unique_lock lock(mutex_);
    while (!stopped.stop_requested()) {
        wake_.wait_for(lock, stopped, every, [] { return false; });
        const auto now = time_.now();
        for (const auto& each : asked_)
            if (now - each.since > limit_of(each.how))
                each.on->cut();
    }
}

duration silence_watch::limit_of(patience how) const {
    if (how == patience::look)
        return for_a_look;
    return health_.is_away() ? for_a_unit_while_away : for_a_unit;
}

} // namespace evalbridge
