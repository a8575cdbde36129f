#include "stats/holm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace evalbridge {
namespace {

using family = std::vector<std::optional<double>>;

TEST(Holm, IsAsInTheTextbooks) {
    const auto found = holm_adjusted(family{0.01, 0.04, 0.03, 0.005});
    ASSERT_EQ(found.size(), 4u);
    EXPECT_DOUBLE_EQ(*found[0], 0.03);
    EXPECT_DOUBLE_EQ(*found[1], 0.06) << "0.04 alone, but no less than the one before";
    EXPECT_DOUBLE_EQ(*found[2], 0.06);
    EXPECT_DOUBLE_EQ(*found[3], 0.02);
}

TEST(Holm, AnEmptyFamilyHasNoAdjustedValues) { EXPECT_TRUE(holm_adjusted({}).empty()); }

TEST(Holm, LeavesASingleTestAsItIs) { EXPECT_EQ(holm_adjusted(family{0.04}), family{0.04}); }

TEST(Holm, DoesNotCountWhatCouldNotBeTested) {
    EXPECT_EQ(holm_adjusted(family{std::nullopt, 0.25, std::nullopt, 0.125}),
              (family{std::nullopt, 0.25, std::nullopt, 0.25}));
    EXPECT_EQ(holm_adjusted(family{std::nullopt}), family{std::nullopt});
}

TEST(Holm, EqualValuesStayEqualAndNoneExceedsOne) {
    EXPECT_EQ(holm_adjusted(family{0.125, 0.125, 0.125}), (family{0.375, 0.375, 0.375}));
    EXPECT_EQ(holm_adjusted(family{1.0, 0.6, 1.0}), (family{1.0, 1.0, 1.0}));
    EXPECT_EQ(holm_adjusted(family{0.0, 0.0}), (family{0.0, 0.0}));
}

TEST(Holm, KeepsTheOrderOfTheValuesAndNeverLowersOne) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> uniform(0, 1);
    for (int round = 0; round < 200; ++round) {
        family given(random() % 20);
        for (auto& each : given)
            if (random() % 5 != 0)
                each = std::pow(uniform(random), 4);
        const auto found = holm_adjusted(given);
        for (std::size_t i = 0; i < given.size(); ++i) {
            ASSERT_EQ(found[i].has_value(), given[i].has_value());
            if (!given[i])
                continue;
            EXPECT_GE(*found[i], *given[i]);
            EXPECT_LE(*found[i], 1.0);
            for (std::size_t j = 0; j < given.size(); ++j)
                if (given[j] && *given[i] <= *given[j]) {
                    EXPECT_LE(*found[i], *found[j]);
                }
        }
    }
}

} // namespace
} // namespace evalbridge
