#include "base/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using evalbridge::metrics;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
    metrics all;
    all.count("runs_total", "Runs", {{"provider", "a"}}).Increment();
    all.count("runs_total", "Runs", {{"provider", "b"}}).Increment(2);
    all.level("open", "Open").Set(3);
    all.spread("seconds", "Time", {{"route", "/x"}}, {0.1, 1}).Observe(0.5);
    const auto text = all.text();
    EXPECT_THAT(text, HasSubstr("# HELP runs_total Runs\n# TYPE runs_total counter\n"));
    EXPECT_THAT(text, HasSubstr("runs_total{provider=\"a\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("runs_total{provider=\"b\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("open 3\n"));
    EXPECT_THAT(text, HasSubstr("seconds_bucket{route=\"/x\",le=\"0.1\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("seconds_bucket{route=\"/x\",le=\"1\"} 1\n"));
}

TEST(Metrics, GiveTheSameSeriesToWhoeverAsksForIt) {
    metrics all;
    EXPECT_EQ(&all.count("runs_total", "Runs", {{"provider", "a"}}),
              &all.count("runs_total", "Runs", {{"provider", "a"}}));
    EXPECT_NE(&all.count("runs_total", "Runs", {{"provider", "a"}}),
              &all.count("runs_total", "Runs", {{"provider", "b"}}));
}

TEST(Metrics, AreLookedAtBeforeEachText) {
    metrics all;
    int looks = 0;
    all.before_text([&] { all.level("looks", "Looks").Set(++looks); });
    EXPECT_THAT(all.text(), HasSubstr("looks 1\n"));
    EXPECT_THAT(all.text(), HasSubstr("looks 2\n"));
}

TEST(Metrics, RefuseANameThatIsNone) {
    metrics all;
    EXPECT_THROW(all.count("no spaces", "Help"), std::invalid_argument);
    EXPECT_THAT(all.text(), Not(HasSubstr("spaces")));
}
