// Many runs, one provider's rate limit.

#include "tests/runs/watch_world.hpp"

#include <algorithm>
#include <map>

namespace evalbridge::testing {
namespace {

constexpr std::size_t runs = 200;

constexpr std::size_t minute_limit = 250;
constexpr std::size_t hour_limit = 5000;
constexpr double watch_share = 0.8;

// What a budget says there is room for: the minute's share, and what a quarter of an hour may use of the hour's rest.
double rate_left(const std::vector<time_point>& polls, time_point now) {
    const auto in_hour = std::count_if(polls.begin(), polls.end(),
                                       [now](time_point each) { return now - each < std::chrono::hours(1); });
    const double rest = watch_share * hour_limit - static_cast<double>(in_hour);
    return std::min(watch_share * minute_limit / 60, std::max(rest, 1.0) / 900);
}

// The most polls that any such span held.
std::size_t most_within(const std::vector<time_point>& polls, duration span) {
    std::size_t most = 0, first = 0;
    for (std::size_t last = 0; last < polls.size(); ++last) {
        while (polls[last] - polls[first] >= span)
            ++first;
        most = std::max(most, last - first + 1);
    }
    return most;
}

TEST(WatchShare, TwoHundredRunsShareOneBudgetFairly) {
    manual_clock time;
    captured_log log;
    metrics counts;
    run_memory memory(log);
    unopened_registry kept(memory, time, log, counts);
    scripted_provider vendor;
    boost::asio::io_context io(1);
    notice draining;
    double drawn = 0;
    const auto chance = [&drawn] { return drawn = drawn < 0.9 ? drawn + 0.09 : 0; };
    std::vector<time_point> all;
    const auto rate = [&all](time_point now) { return rate_left(all, now); };
    watch_hub hub({{"p", {watch_options(), rate}}}, *kept, time, log, counts, chance);

    std::vector<double> shares; // one run's fair share of a poll's time, by second
    std::map<std::string, std::size_t> last;
    double worst = 0; // gap over the largest share meanwhile
    vendor.on_get_run = [&](const std::string& id, const call&) -> result<run> {
        all.push_back(time.now());
        const auto now = shares.size() - 1;
        if (const auto before = last.find(id); before != last.end()) {
            const auto since = shares.begin() + static_cast<std::ptrdiff_t>(before->second);
            worst = std::max(worst, static_cast<double>(now - before->second) / *std::max_element(since, shares.end()));
        }
        last[id] = now;
        return sample_run(run_status::running, id);
    };
    std::vector<std::unique_ptr<watcher>> clients;
    for (std::size_t i = 0; i < runs; ++i)
        clients.push_back(hub.watch(vendor, std::to_string(i), {io.get_executor(), draining}, "r"));
    for (int second = 0; second < 2 * 3600; ++second) {
        shares.push_back(std::max(30.0, runs / rate_left(all, time.now())));
        io.restart();
        io.poll();
        time.advance(seconds(1));
    }
    EXPECT_LE(most_within(all, minutes(1)), minute_limit);
    EXPECT_LE(most_within(all, std::chrono::hours(1)), hour_limit);
    EXPECT_EQ(last.size(), runs);
    EXPECT_LE(worst, 2.0);
    EXPECT_GE(all.size(), 4000u) << "and used what there was";
    for (const auto& [id, when] : last)
        EXPECT_LE(shares.size() - when, 1200u) << id << " isn't forgotten";
    draining.give();
    io.restart();
    io.poll();
}

} // namespace
} // namespace evalbridge::testing
