// How carefully a provider is asked, as its block says.

#include "gateway/upstream_configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

vendor_entry limited() {
    vendor_entry entry{};
    entry.name = "limited";
    entry.default_base_url = "https://api.limited.test";
    entry.default_rates.per_minute = 250;
    entry.default_rates.per_hour = 5000;
    return entry;
}

struct read_block {
    upstream_options options;
    std::vector<std::string> faults;
};

read_block read(const std::string& text) {
    const auto document = config::document::parse(text, "c.yaml");
    read_block out;
    out.options = read_upstream(document.root(), limited());
    for (const auto& each : document.finish())
        out.faults.push_back(config::to_string(each));
    return out;
}

TEST(UpstreamConfiguration, HasTheVendorsLimitsUnlessToldOthers) {
    const auto plain = read("{}");
    EXPECT_THAT(plain.faults, IsEmpty());
    EXPECT_EQ(plain.options.rate.per_minute, 250u);
    EXPECT_EQ(plain.options.rate.per_hour, 5000u);
    const auto told = read("rate_limit: {per_minute: 10, per_hour: 0, watch_share: 0.5, archive_share: 0.1, "
                           "max_waiting: 3}");
    EXPECT_THAT(told.faults, IsEmpty());
    EXPECT_EQ(told.options.rate.per_minute, 10u);
    EXPECT_EQ(told.options.rate.per_hour, 0u);
    EXPECT_EQ(told.options.rate.watch_share, 0.5);
    EXPECT_EQ(told.options.rate.archive_share, 0.1);
    EXPECT_EQ(told.options.rate.max_waiting, 3u);
}

TEST(UpstreamConfiguration, ReadsEveryKeyOfEveryLayer) {
    const auto [options, faults] =
        read("max_queue: 5\n"
             "retry: {attempts: 1, base: 10ms, cap: 1s, longest_told: 5s, budget: 0.5, budget_floor: 0}\n"
             "breaker: {failures: 7, open_for: 1s, max_open: 9s, patience: 2s}\n"
             "cache: {size: 1MiB, ended: 2h, catalogue: 1m}\n"
             "watch: {first_interval: 1s, max_interval: 3s, growth: 0, stalled_after: 2, stalled_least: 10s}\n");
    EXPECT_THAT(faults, IsEmpty());
    EXPECT_EQ(options.max_queue, 5u);
    EXPECT_EQ(options.retry.attempts, 1u);
    EXPECT_EQ(options.retry.base, 10ms);
    EXPECT_EQ(options.retry.cap, 1s);
    EXPECT_EQ(options.retry.longest_told, 5s);
    EXPECT_EQ(options.retry.budget, 0.5);
    EXPECT_EQ(options.retry.budget_floor, 0u);
    EXPECT_EQ(options.breaker.failures, 7u);
    EXPECT_EQ(options.breaker.open_for, 1s);
    EXPECT_EQ(options.breaker.max_open, 9s);
    EXPECT_EQ(options.breaker.patience, 2s);
    EXPECT_EQ(options.cache.size, 1u << 20);
    EXPECT_EQ(options.cache.ended, 2h);
    EXPECT_EQ(options.cache.offers, 1min);
    EXPECT_EQ(options.watch.first_interval, 1s);
    EXPECT_EQ(options.watch.max_interval, 3s);
    EXPECT_EQ(options.watch.growth, 0);
    EXPECT_EQ(options.watch.stalled_after, 2);
    EXPECT_EQ(options.watch.stalled_least, 10s);
}

TEST(UpstreamConfiguration, RaisesAnUpperBoundThatALowerOneHasPassed) {
    const auto [options, faults] = read("retry: {base: 5s}\nbreaker: {open_for: 10m}\nwatch: {first_interval: 1m}\n");
    EXPECT_THAT(faults, IsEmpty());
    EXPECT_EQ(options.retry.cap, 5s);
    EXPECT_EQ(options.breaker.max_open, 10min);
    EXPECT_EQ(options.watch.max_interval, 1min);
}

TEST(UpstreamConfiguration, SaysWhatIsWrongAndWhere) {
    EXPECT_THAT(read("retry: {attempts: 0, budget: 1.5, tries: 3}").faults,
                ElementsAre(HasSubstr("c.yaml:1:19: retry.attempts"),
                            HasSubstr("c.yaml:1:30: retry.budget: expected a number from 0 to 1"),
                            HasSubstr("c.yaml:1:35: unknown key `tries`")));
    EXPECT_THAT(read("breaker: {open_for: 1m, max_open: 1s}").faults, ElementsAre(HasSubstr("breaker.max_open")));
    EXPECT_THAT(read("watch: 5s").faults, ElementsAre(HasSubstr("watch: expected a mapping")));
}

} // namespace
