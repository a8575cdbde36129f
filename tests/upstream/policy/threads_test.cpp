// What shards share, used from many threads at once: nothing is lost and nothing is left over.

#include "upstream/provider_state.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

TEST(SharedByShards, NothingIsLostOrLeftOver) {
    metrics all;
    system_clock time;
    upstream_options options;
    options.rate.per_minute = 300;
    options.breaker.open_for = options.breaker.max_open = 1ms;
    options.cache.size = 100'000;
    provider_state state("main", options, all, time);
    std::atomic<unsigned> went{0};

    const auto shard = [&](unsigned seed) {
        std::mt19937 engine(seed);
        const auto upto = [&](unsigned n) { return std::uniform_int_distribution<unsigned>(0, n)(engine); };
        for (int i = 0; i < 500; ++i) {
            const auto who = static_cast<urgency>(upto(2));
            const auto now = time.now();
            const auto ruling = state.budget.ask(now, who, now + 10min);
            if (ruling.what == rate_budget::ruling::kind::wait) {
                state.budget.again(ruling.ticket, time.now());
                state.budget.leave(ruling.ticket);
            }
            if (ruling.what == rate_budget::ruling::kind::go) {
                if (upto(1) == 0) {
                    ++went;
                    state.budget.ended(who, time.now());
                } else {
                    state.budget.not_sent(who);
                }
            }
            state.budget.told({}, time.now());
            const auto permit = state.breaker.ask(time.now());
            if (permit.granted && upto(2) == 0)
                state.breaker.failed(permit, time.now());
            else if (permit.granted && upto(1) == 0)
                state.breaker.succeeded(permit);
            else if (permit.granted)
                state.breaker.abandoned(permit);
            http_response answer;
            answer.body = std::string(upto(2000), 'x');
            state.cache.put(std::to_string(upto(100)), answer, now + 1min);
            state.cache.find(std::to_string(upto(100)), now);
            state.latency.add(1ms, now);
            state.meters.attempt(upto(1) ? "get_run" : "list_results", attempt_class::answered, 1ms);
            state.failure.set({});
            if (upto(50) == 0)
                all.text();
        }
    };
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back(shard, t);
    for (auto& each : threads)
        each.join();

    const auto seen = state.budget.look(time.now());
    EXPECT_EQ(seen.waiting, 0u);
    EXPECT_EQ(seen.hour.used, went);
    EXPECT_LE(seen.minute.used, 300u);
    EXPECT_LE(state.cache.bytes(), 100'000u);
    EXPECT_EQ(state.latency.look(time.now())->count, 2000u);
    EXPECT_NE(all.text().find("evalbridge_upstream_attempt_seconds_count{provider=\"main\"} 2000\n"),
              std::string::npos);
}

} // namespace
} // namespace evalbridge
