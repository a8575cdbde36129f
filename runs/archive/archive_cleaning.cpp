// What archives may take of the store, and for how long.

#include "runs/archive/archiver.hpp"
#include "store/leases.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

constexpr std::chrono::minutes clean_every{2};
constexpr int rows_at_once = 2000;
constexpr const char* cleaning = "archive-cleaning"; // the lease

} // namespace

awaitable<void> archiver::keep_clean() {
    const auto bell = time_.make_alarm(executor_);
    const auto listening = draining_.on_given([raw = bell.get()] { raw->wake(); });
    while (!draining_.given()) {
        co_await clean();
        co_await tell_usage();
        if (!draining_.given())
            co_await bell->wait_until(time_.now() + clean_every);
    }
}

awaitable<void> archiver::clean() {
    for (bool more = true; more && !draining_.given();)
        more = co_await drop_some();
    for (bool more = true; more && !draining_.given();) {
        const auto sweep = [self = options_.replica, now = store_now(time_)](connection& db) {
            return take_lease(db, cleaning, self, now, clean_every) && sweep_archives(db, rows_at_once);
        };
        const auto swept = co_await known_.kept().write(sweep);
        more = swept && *swept;
    }
}

awaitable<bool> archiver::drop_some() {
    const auto drop = [self = options_.replica, keep = options_.keep, now = store_now(time_)](connection& db) {
        std::vector<std::string> dropped;
        if (!take_lease(db, cleaning, self, now, clean_every))
            return dropped;
        dropped = archives_to_drop(db, keep, now);
        for (const auto& each : dropped)
            drop_archive(db, each);
        return dropped;
    };
    const auto dropped = co_await known_.kept().write(drop);
    if (!dropped)
        co_return false;
    for (const auto& each : *dropped) {
        known_.forget(each);
        log_.info("archive_dropped", {{"run_id", each}, {"why", "retention"}});
    }
    co_return dropped->size() >= static_cast<std::size_t>(archives_dropped_at_once);
}

// By whoever cleans, so that the replicas' levels add up, and the table is read by one of them.
awaitable<void> archiver::tell_usage() {
    const auto look = [self = options_.replica, now = store_now(time_)](connection& db) {
        return lease_holder(db, cleaning, now) == self ? usage_of_archives(db) : std::vector<archive_usage>();
    };
    const auto usage = co_await known_.kept().read(look);
    if (!usage)
        co_return;
    std::int64_t archived = 0;
    std::int64_t waiting = 0;
    std::int64_t bytes = 0;
    for (const auto& each : *usage) {
        archived += each.archives;
        waiting += each.waiting;
        bytes += each.bytes;
    }
    archived_.Set(static_cast<double>(archived));
    waiting_.Set(static_cast<double>(waiting));
    bytes_.Set(static_cast<double>(bytes));
}

} // namespace evalbridge
