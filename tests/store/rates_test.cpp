#include "store/rates.hpp"

#include "tests/support/test_store.hpp"

namespace evalbridge {
namespace {

using testing::both_engines;
using testing::engine_in_name;
using testing::test_store;

constexpr store_time second = 1'000'000;
constexpr store_time start = 1'760'000'000 * second;

class Rates : public ::testing::TestWithParam<store_engine> {
  protected:
    void report(const char* replica, std::vector<rate_use> uses, store_time now) {
        kept.run([=](connection& db) { report_rates(db, replica, uses, now); });
    }
    std::vector<rate_use> others(const char* replica, store_time now) {
        return kept.run([=](connection& db) { return rates_of_others(db, replica, now); });
    }

    test_store kept{GetParam()};
};

TEST_P(Rates, OthersAreSummedByBudget) {
    report("a", {{"p:1", {1, 2, 3}, {10, 20, 30}}, {"q:1", {1, 0, 0}, {1, 0, 0}}}, start);
    report("b", {{"p:1", {1, 1, 1}, {1, 1, 1}}}, start);
    report("c", {{"p:1", {5, 5, 5}, {5, 5, 5}}}, start);
    const std::vector<rate_use> wanted = {{"p:1", {2, 3, 4}, {11, 21, 31}}, {"q:1", {1, 0, 0}, {1, 0, 0}}};
    EXPECT_EQ(others("c", start + second), wanted);
}

TEST_P(Rates, ALaterReportTakesThePlaceOfTheFormer) {
    report("a", {{"p:1", {9, 9, 9}, {9, 9, 9}}}, start);
    report("a", {{"p:1", {1, 0, 0}, {2, 0, 0}}}, start + second);
    EXPECT_EQ(others("b", start + second), (std::vector<rate_use>{{"p:1", {1, 0, 0}, {2, 0, 0}}}));
}

TEST_P(Rates, WhoIsGoneCountsForAsLongAsAWindow) {
    report("a", {{"p:1", {3, 0, 0}, {9, 0, 0}}}, start);
    EXPECT_EQ(others("b", start + 59 * second)[0].minute[0], 3u);
    EXPECT_EQ(others("b", start + 60 * second)[0].minute[0], 0u);
    EXPECT_EQ(others("b", start + 3599 * second)[0].hour[0], 9u);
    EXPECT_TRUE(others("b", start + 3600 * second).empty());
    kept.run([](connection& db) { forget_old_rates(db, start + 3600 * second); });
    EXPECT_TRUE(others("b", start).empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, Rates, both_engines(), engine_in_name);

} // namespace
} // namespace evalbridge
