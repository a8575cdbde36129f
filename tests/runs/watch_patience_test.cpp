// How long the first reading of a run may take: as long as somebody waits for it.

#include "tests/runs/watch_world.hpp"

namespace evalbridge::testing {
namespace {

struct WatchPatience : watch_world {
    struct waiter {
        std::unique_ptr<watcher> place;
        std::optional<result<run_sighting>> seen;
    };
    waiter& wait(duration patience) {
        auto& mine = waiters.emplace_back();
        const auto until = time.now() + patience;
        mine.place = hub.watch(vendor, "1", here, "r", watch_hub::haste::client, until);
        run_into(mine.seen, mine.place->current(until));
        return mine;
    }
    /// The provider has room after that time.
    void throttle(duration for_so_long) {
        const auto room = time.now() + for_so_long;
        vendor.on_get_run = [this, room](const std::string& id, const call& c) -> result<run> {
            if (c.deadline > room)
                return answer_with(id);
            const auto left = std::chrono::ceil<milliseconds>(room - time.now());
            return error(errc::provider_throttled).retry_after(left).refused_here(true);
        };
    }
    std::deque<waiter> waiters;
};

TEST_F(WatchPatience, WhatCannotBeInTimeIsRefusedAtOnce) {
    throttle(seconds(5));
    auto& hurried = wait(seconds(2));
    settle();
    ASSERT_TRUE(hurried.seen);
    EXPECT_EQ(hurried.seen->error().code(), errc::provider_throttled);
    EXPECT_EQ(hurried.seen->error().retry_after(), seconds(5));
    EXPECT_EQ(hub.watches(), 0u);
}

TEST_F(WatchPatience, TheFirstReadingHasTheTimeOfTheMostPatient) {
    throttle(seconds(5));
    auto& hurried = wait(seconds(2));
    auto& patient = wait(seconds(100));
    wait(seconds(3));
    settle();
    ASSERT_TRUE(patient.seen && hurried.seen);
    EXPECT_TRUE(*patient.seen && *hurried.seen);
    EXPECT_EQ(vendor.reads.at(0).deadline, time.now() + seconds(100));
    EXPECT_EQ(vendor.reads.size(), 1u);
}

TEST_F(WatchPatience, WhoComesMeanwhileWithMoreTimeGetsIt) {
    const auto began = time.now();
    vendor.on_get_run = [this](const std::string& id, const call&) -> result<run> {
        if (vendor.reads.size() > 1)
            return answer_with(id);
        wait(seconds(20));
        return error(errc::deadline_exceeded).because("the first one's");
    };
    wait(seconds(2));
    settle();
    ASSERT_EQ(vendor.reads.size(), 2u);
    EXPECT_EQ(vendor.reads[1].deadline, began + seconds(20));
    EXPECT_EQ(vendor.reads[1].urgency, urgency::interactive);
    EXPECT_TRUE(waiters[1].seen && *waiters[1].seen);
    EXPECT_EQ(hub.watches(), 1u);
}

TEST_F(WatchPatience, IsNoReasonToAskAgainWhereTimeWasNotWhatWasMissing) {
    vendor.on_get_run = [this](const std::string&, const call&) -> result<run> {
        if (waiters.size() < 3)
            wait(seconds(20));
        return vendor.reads.size() > 1 ? error(errc::deadline_exceeded) : error(errc::provider_unavailable);
    };
    wait(seconds(2));
    settle();
    EXPECT_EQ(vendor.reads.size(), 1u);
    ASSERT_TRUE(waiters[0].seen && waiters[1].seen);
    EXPECT_EQ(waiters[1].seen->error().code(), errc::provider_unavailable);
    wait(seconds(20));
    settle();
    EXPECT_EQ(vendor.reads.size(), 2u) << "and nobody who waits has more";
}

} // namespace
} // namespace evalbridge::testing
