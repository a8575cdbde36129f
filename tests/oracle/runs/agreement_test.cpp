// The adapters' decoders and writer against the oracle's, on answers at random and on every fixture.

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/fuzzed.hpp"
#include "tests/oracle/random_gradient.hpp"
#include "tests/oracle/random_runs.hpp"
#include "tests/oracle/random_staso.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace evalbridge::oracle {
namespace {

namespace json = boost::json;

TEST(TheOracle, ReadsWhatStasoAnswersAsTheAdapterDoes) {
    covered() = {};
    const auto tries = 3 * runs_to_try(300);
    for (unsigned seed = 0; seed < tries; ++seed) {
        choices from(seed);
        random_json any(from, seed % 4 == 0);
        const auto body = seed % 3 == 0   ? staso::random_run(any, any.text(), any.text())
                          : seed % 3 == 1 ? staso::random_verdicts(any)
                                          : staso::random_summary(any);
        ASSERT_EQ(staso_disagreement(body), "") << "seed " << seed << ": " << body;
    }
    EXPECT_GT(covered().compared, tries);
}

TEST(TheOracle, ReadsWhatGradientAnswersAsTheAdapterDoes) {
    covered() = {};
    const auto tries = runs_to_try(60);
    for (unsigned seed = 0; seed < tries; ++seed) {
        choices from(seed);
        random_json any(from, seed % 4 == 0);
        const auto body = gradient::random_answer(any);
        ASSERT_EQ(gradient_disagreement(body), "") << "seed " << seed << ": " << body;
    }
    EXPECT_GT(covered().compared, 10 * tries);
}

/// Every file of a folder that ends so.
std::vector<std::string> contents_of(const std::string& folder, const std::string& ending) {
    std::vector<std::string> out;
    for (const auto& each : std::filesystem::directory_iterator(EVALBRIDGE_SOURCE_DIR "/tests/fixtures/" + folder))
        if (each.path().string().ends_with(ending)) {
            std::ifstream in(each.path(), std::ios::binary);
            out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        }
    return out;
}

TEST(TheOracle, ReadsEveryFixtureAsTheAdapterDoes) {
    covered() = {};
    for (const auto& each : contents_of("gradient", ".json"))
        EXPECT_EQ(gradient_disagreement(each), "");
    EXPECT_GT(covered().compared, 20u);
    covered() = {};
    // A fixture of Staso is a list of answers, each with its body.
    for (const auto& each : contents_of("staso", ".response.json")) {
        const auto list = json::parse(each);
        for (const auto& answer : list.is_array() ? list.as_array() : json::array{list})
            if (const auto* body = answer.is_object() ? answer.as_object().if_contains("body") : nullptr) {
                EXPECT_EQ(staso_disagreement(json::serialize(*body)), "");
            }
    }
    EXPECT_GT(covered().compared, 20u);
}

TEST(TheOracle, RefusesTheDamagedWithTheAdapter) {
    const auto tries = runs_to_try(100);
    for (unsigned seed = 0; seed < tries; ++seed) {
        choices from(seed);
        random_json any(from, false);
        const auto staso_body = damaged(staso::random_verdicts(any), from);
        ASSERT_EQ(staso_disagreement(staso_body), "") << staso_body;
        const auto gradient_body = damaged(gradient::random_answer(any), from);
        ASSERT_EQ(gradient_disagreement(gradient_body), "") << gradient_body;
    }
}

} // namespace
} // namespace evalbridge::oracle
