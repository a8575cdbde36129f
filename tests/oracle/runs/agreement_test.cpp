// The adapters' decoders and writer against the oracle's, on answers at random and on every fixture.

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/random_gradient.hpp"
#include "tests/oracle/random_runs.hpp"
#include "tests/oracle/random_staso.hpp"

#include <gtest/gtest.h>

namespace evalbridge::oracle {
namespace {

TEST(TheOracle, ReadsWhatStasoAnswersAsTheAdapterDoes) {
    covered() = {};
    for (unsigned seed = 0; seed < 3 * runs_to_try(); ++seed) {
        choices from(seed);
        random_json any(from, seed % 4 == 0);
        const auto body = seed % 3 == 0   ? staso::random_run(any, any.text(), any.text())
                          : seed % 3 == 1 ? staso::random_verdicts(any)
                                          : staso::random_summary(any);
        ASSERT_EQ(staso_disagreement(body), "") << "seed " << seed << ": " << body;
    }
    EXPECT_GT(covered().compared, runs_to_try());
}

TEST(TheOracle, ReadsWhatGradientAnswersAsTheAdapterDoes) {
    covered() = {};
    for (unsigned seed = 0; seed < runs_to_try(); ++seed) {
        choices from(seed);
        random_json any(from, seed % 4 == 0);
        const auto body = gradient::random_answer(any);
        ASSERT_EQ(gradient_disagreement(body), "") << "seed " << seed << ": " << body;
    }
    EXPECT_GT(covered().compared, 10 * runs_to_try());
}

} // namespace
} // namespace evalbridge::oracle
