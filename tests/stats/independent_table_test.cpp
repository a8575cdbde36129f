#include "tests/stats/independent_table.hpp"

#include "stats/holm.hpp"
#include "stats/mcnemar.hpp"
#include "stats/proportion_interval.hpp"
#include "stats/rank_correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace evalbridge {
namespace {

constexpr double relative = 1e-12;

testing::AssertionResult agree(double ours, double theirs, double scale) {
    if (std::abs(ours - theirs) <= relative * scale)
        return testing::AssertionSuccess();
    return testing::AssertionFailure() << ours << " where the other computation says " << theirs << ", "
                                       << std::abs(ours - theirs) / scale << " of the scale off";
}

testing::AssertionResult agree(double ours, double theirs) { return agree(ours, theirs, std::abs(theirs)); }

testing::AssertionResult agree(std::optional<double> ours, std::optional<double> theirs) {
    if (ours.has_value() != theirs.has_value())
        return testing::AssertionFailure() << (ours ? "a figure where there is none" : "no figure where there is one");
    return ours ? agree(*ours, *theirs) : testing::AssertionSuccess();
}

std::string described(const paired_table& table) {
    return std::to_string(table.both_pass) + " " + std::to_string(table.only_a) + " " + std::to_string(table.only_b) +
           " " + std::to_string(table.neither);
}

TEST(IndependentTable, SaysTheSameOfPairedVerdicts) {
    for (const auto& row : independent::paired_rows) {
        SCOPED_TRACE(described(row.table));
        EXPECT_TRUE(agree(pass_rate_difference(row.table), row.difference));
        EXPECT_TRUE(agree(raw_agreement(row.table), row.agreement));
        EXPECT_TRUE(agree(cohens_kappa(row.table), row.kappa));
        EXPECT_TRUE(agree(mcnemar_exact_p(row.table), row.mcnemar));
        const auto found = newcombe_paired_interval(row.table);
        ASSERT_TRUE(found);
        // An end near 0 is the difference of two figures as large as the interval is wide: that is its scale.
        EXPECT_TRUE(agree(found->lower, row.lower, row.upper - row.lower));
        EXPECT_TRUE(agree(found->upper, row.upper, row.upper - row.lower));
    }
}

TEST(IndependentTable, SaysTheSameOfOneProportion) {
    for (const auto& row : independent::proportion_rows) {
        SCOPED_TRACE(std::to_string(row.successes) + " of " + std::to_string(row.trials));
        const auto found = wilson_interval(row.successes, row.trials);
        ASSERT_TRUE(found);
        EXPECT_TRUE(agree(found->lower, row.lower));
        EXPECT_TRUE(agree(found->upper, row.upper));
    }
}

TEST(IndependentTable, SaysTheSameOfFamilies) {
    for (const auto& row : independent::family_rows) {
        const std::vector<std::optional<double>> p_values(row.p_values.begin(), row.p_values.end());
        const auto found = holm_adjusted(p_values);
        ASSERT_EQ(found.size(), row.adjusted.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            EXPECT_TRUE(agree(found[i], row.adjusted[i])) << "member " << i << " of " << found.size();
    }
}

TEST(IndependentTable, SaysTheSameOfRanks) {
    for (const auto& row : independent::correlation_rows) {
        std::vector<score_pair> pairs;
        for (std::size_t i = 0; i < row.a.size(); ++i)
            pairs.push_back({row.a[i], row.b[i]});
        const auto found = correlate_ranks(pairs);
        EXPECT_TRUE(agree(found.kendall_tau_b, row.tau_b)) << pairs.size() << " pairs";
        EXPECT_TRUE(agree(found.spearman_rho, row.rho)) << pairs.size() << " pairs";
    }
}

TEST(IndependentTable, SaysTheSameOfThresholds) {
    for (const auto& row : independent::threshold_rows) {
        std::vector<scored_verdict> pairs;
        for (std::size_t i = 0; i < row.scores.size(); ++i)
            pairs.push_back({row.scores[i], row.verdicts[i]});
        const auto found = equivalent_threshold(pairs, row.rule);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->table.agreeing(), row.agreeing);
        EXPECT_EQ(found->threshold, row.threshold);
    }
}

} // namespace
} // namespace evalbridge
