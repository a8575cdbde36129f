// Watchers and pollers on threads of their own, with real time: for the thread sanitizer above all.

#include "tests/runs/unopened_registry.hpp"
#include "tests/runs/watch_world.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <list>
#include <thread>

namespace evalbridge::testing {
namespace {

using kind = watcher::news::kind;

struct test_shard {
    boost::asio::io_context io{1};
    notice draining;
    scripted_provider vendor;
    std::vector<std::unique_ptr<heard>> clients;
    std::thread thread;
};

// A run's life as all shards' providers tell it.
struct life {
    std::atomic<int> reads{0};
    result<run> next(const std::string& id, int ends_with) {
        const int read = ++reads;
        auto r = sample_run(read < ends_with ? run_status::running : run_status::completed, id);
        r.progress = run_progress{std::min(read, ends_with), ends_with};
        return r;
    }
};

struct WatchShards : ::testing::Test {
    WatchShards() {
        watch_options quick;
        quick.first_interval = milliseconds(2);
        quick.max_interval = milliseconds(4);
        hub.emplace(std::map<std::string, watch_hub::pace_of_provider>{{"p", {quick, {}}}}, *runs, time, log, counts);
    }
    void follow(test_shard& shard, const std::string& native_id) {
        auto& client = *shard.clients.emplace_back(std::make_unique<heard>());
        std::shared_ptr<watcher> w =
            hub->watch(shard.vendor, native_id, {shard.io.get_executor(), shard.draining}, "r");
        boost::asio::co_spawn(shard.io, listen(std::move(w), client), boost::asio::detached);
    }

    system_clock time;
    captured_log log;
    metrics counts;
    run_memory memory{log};
    unopened_registry runs{memory, time, log, counts};
    std::optional<watch_hub> hub;
};

TEST_F(WatchShards, EverybodyOnEveryShardHearsTheEnd) {
    constexpr int run_count = 10, clients_each = 20;
    std::map<std::string, life> lives;
    for (int i = 0; i < run_count; ++i)
        lives[std::to_string(i)];
    std::list<test_shard> shards(4);
    for (auto& shard : shards) {
        shard.vendor.on_get_run = [&](const std::string& id, const call&) { return lives.at(id).next(id, 20); };
        boost::asio::post(shard.io, [&] {
            for (int i = 0; i < run_count * clients_each; ++i)
                follow(shard, std::to_string(i % run_count));
        });
    }
    for (auto& shard : shards)
        shard.thread = std::thread([&] { shard.io.run(); });
    // Meanwhile, from yet another thread.
    for (int i = 0; i < 200; ++i) {
        hub->look_now("p:" + std::to_string(i % run_count));
        hub->observed(make_sighting(sample_run(run_status::running, std::to_string(i % run_count))), time.now());
        hub->watches();
    }
    for (auto& shard : shards)
        shard.thread.join();
    std::size_t told = 0;
    for (const auto& shard : shards)
        for (const auto& client : shard.clients) {
            told += client->end == kind::ended && client->kinds.back() == "done" ? 1 : 0;
            EXPECT_LE(client->count("done"), 1u);
        }
    EXPECT_EQ(told, 4u * run_count * clients_each);
    EXPECT_EQ(hub->watches(), 0u);
    EXPECT_EQ(hub->watchers(), 0u);
}

TEST_F(WatchShards, ADrainOfThePollersShardEndsAll) {
    std::list<test_shard> shards(3);
    std::atomic<int> joined{0};
    for (auto& shard : shards) {
        shard.vendor.on_get_run = [](const std::string& id, const call&) {
            return sample_run(run_status::running, id);
        };
        boost::asio::post(shard.io, [&] {
            for (int i = 0; i < 30; ++i)
                follow(shard, std::to_string(i));
            ++joined;
        });
    }
    for (auto& shard : shards)
        shard.thread = std::thread([&] { shard.io.run(); });
    while (joined < 3)
        std::this_thread::yield();
    for (auto& shard : shards)
        boost::asio::post(shard.io, [&] { shard.draining.give(); });
    for (auto& shard : shards)
        shard.thread.join();
    for (const auto& shard : shards)
        for (const auto& client : shard.clients)
            EXPECT_EQ(client->end, kind::draining);
    EXPECT_EQ(hub->watches(), 0u);
}

TEST_F(WatchShards, TasksThatGoWithTheirShardLeaveNothingBehind) {
    {
        std::list<test_shard> shards(3);
        for (auto& shard : shards) {
            shard.vendor.on_get_run = [](const std::string& id, const call&) {
                return sample_run(run_status::running, id);
            };
            for (const auto* id : {"1", "2", "3"})
                follow(shard, id);
            shard.io.run_for(milliseconds(10));
            follow(shard, "4");
            shard.io.poll_one();
        }
        EXPECT_EQ(hub->watches(), 4u);
        EXPECT_EQ(hub->watchers(), 12u);
    }
    EXPECT_EQ(hub->watches(), 0u);
    EXPECT_EQ(hub->watchers(), 0u);
    // The other way round: the hub goes first, which no gateway does, and what is left still has what it needs.
    std::list<test_shard> shards(1);
    shards.front().vendor.on_get_run = [](const std::string& id, const call&) {
        return sample_run(run_status::running, id);
    };
    follow(shards.front(), "1");
    shards.front().io.run_for(milliseconds(5));
    hub.reset();
    counts.text();
}

} // namespace
} // namespace evalbridge::testing
