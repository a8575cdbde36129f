#include "stats/paired_table.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

TEST(PairedTable, CountsEachKindOfPair) {
    paired_table table;
    for (const bool in_a : {true, false})
        for (const bool in_b : {true, false})
            table.add(in_a, in_b);
    table.add(true, false);
    table.add(false, true);
    table.add(false, true);
    EXPECT_EQ(table, (paired_table{1, 2, 3, 1}));
    EXPECT_EQ(table.total(), 7u);
    EXPECT_EQ(table.passed_in_a(), 3u);
    EXPECT_EQ(table.passed_in_b(), 4u);
    EXPECT_EQ(table.agreeing(), 2u);
    EXPECT_EQ(table.discordant(), 5u);
    EXPECT_EQ(table.swapped(), (paired_table{1, 3, 2, 1}));
}

TEST(PairedTable, AnEmptyOneHasNoRates) {
    EXPECT_FALSE(pass_rate_difference({}));
    EXPECT_FALSE(raw_agreement({}));
    EXPECT_FALSE(cohens_kappa({}));
}

TEST(PairedTable, SwappingTheRunsTurnsTheDifferenceAround) {
    const paired_table table{10, 3, 8, 4};
    EXPECT_EQ(*pass_rate_difference(table), 0.2);
    EXPECT_EQ(*pass_rate_difference(table.swapped()), -0.2);
    EXPECT_EQ(raw_agreement(table), raw_agreement(table.swapped()));
    EXPECT_EQ(cohens_kappa(table), cohens_kappa(table.swapped()));
}

// The example that is in every encyclopaedia: fifty applications and two readers, of whom both said yes to 20 and no
// to 15.
TEST(CohensKappa, IsTwoFifthsForTheFiftyGrantApplications) {
    EXPECT_DOUBLE_EQ(*raw_agreement({20, 5, 10, 15}), 0.7);
    EXPECT_DOUBLE_EQ(*cohens_kappa({20, 5, 10, 15}), 0.4);
}

TEST(CohensKappa, IsOneForFullAgreementAndMinusOneForNone) {
    EXPECT_EQ(*cohens_kappa({7, 0, 0, 3}), 1.0);
    EXPECT_EQ(*cohens_kappa({0, 5, 5, 0}), -1.0);
}

TEST(CohensKappa, IsZeroWhereOneRunDoesNotLook) {
    EXPECT_EQ(*cohens_kappa({9, 0, 1, 0}), 0.0) << "B passes everything";
    EXPECT_EQ(*cohens_kappa({1, 1, 1, 1}), 0.0);
}

TEST(CohensKappa, IsUndefinedWhereBothRunsSayTheSameOfEverything) {
    EXPECT_FALSE(cohens_kappa({12, 0, 0, 0}));
    EXPECT_FALSE(cohens_kappa({0, 0, 0, 12}));
}

TEST(CohensKappa, KeepsItsDigitsForBillionsOfPairs) {
    constexpr std::uint64_t billion = 1'000'000'000;
    EXPECT_NEAR(*cohens_kappa({billion, 0, 0, billion}), 1, 1e-15);
    EXPECT_EQ(*cohens_kappa({billion, billion, billion, billion}), 0);
    EXPECT_NEAR(*cohens_kappa({billion, 1, 1, billion}), 1 - 2 / (billion + 1.0), 1e-15);
}

} // namespace
} // namespace evalbridge
