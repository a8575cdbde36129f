// The configuration files that come with the program.

#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge;
using namespace evalbridge::config;
using ::testing::IsEmpty;

namespace {

const std::filesystem::path folder = std::filesystem::path(EVALBRIDGE_SOURCE_DIR) / "config";
constexpr std::string_view vendors[] = {"staso", "gradient"};

} // namespace

TEST(ShippedDictionary, HasNoFaultAndKnowsBothVendorsNames) {
    const auto document = document::load(folder / "metrics.yaml");
    const auto dictionary = read_dictionary(document.root(), vendors);
    std::vector<std::string> faults;
    for (const auto& each : document.finish())
        faults.push_back(to_string(each));
    ASSERT_THAT(faults, IsEmpty());

    for (const auto* name : {"task_completion_rate", "error_rate", "latency_p95", "cost_per_task",
                             "tool_sequence_anomaly", "hallucination", "false_completion", "sentiment", "escalation"})
        EXPECT_NE(dictionary.find("staso", name), nullptr) << name;
    const auto* correctness = dictionary.find("gradient", "correctness (GENERAL hallucinations)");
    ASSERT_NE(correctness, nullptr);
    EXPECT_EQ(correctness->name, "correctness");
    EXPECT_EQ(correctness->traits.range, std::nullopt); // the vendor's pages disagree
    const auto* adherence = dictionary.find("gradient", "Context Adherence");
    ASSERT_NE(adherence, nullptr);
    EXPECT_EQ(adherence->traits.range->max, 1);
    EXPECT_EQ(dictionary.find("gradient", "Action Completion")->traits.range->max, 100);
}

TEST(ShippedDictionary, NeverRescalesOrJudgesARulesOwnScore) {
    const auto document = document::load(folder / "metrics.yaml");
    const auto dictionary = read_dictionary(document.root(), vendors);
    for (const auto& each : dictionary.definitions()) {
        EXPECT_EQ(each.traits.threshold, std::nullopt) << each.name; // what passes is the team's to say
        if (each.native.contains("staso"))
            EXPECT_EQ(each.traits.range, std::nullopt) << each.name;
    }
}
