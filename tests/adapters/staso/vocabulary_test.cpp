#include "adapters/staso/catalogue.hpp"
#include "adapters/staso/vocabulary.hpp"
#include "tests/adapters/staso/staso_bench.hpp"

#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

TEST(StasoVocabulary, NamesEveryDocumentedStatusAndNoOther) {
    EXPECT_EQ(status_of("pending"), run_status::pending);
    EXPECT_EQ(status_of("running"), run_status::running);
    EXPECT_EQ(status_of("completed"), run_status::completed);
    EXPECT_EQ(status_of("failed"), run_status::failed);
    EXPECT_EQ(status_of("Cancelled"), run_status::cancelled);
    for (const auto* other : {"", "complete", "cancelling", "partial", "completed "})
        EXPECT_EQ(status_of(other), run_status::unknown) << other;
}

TEST(StasoVocabulary, NamesEveryDocumentedRuntime) {
    EXPECT_EQ(kind_of_runtime("programmatic"), metric_kind::programmatic);
    EXPECT_EQ(kind_of_runtime("llm_judge"), metric_kind::llm_judge);
    EXPECT_EQ(kind_of_runtime("agentic"), metric_kind::agentic);
    EXPECT_EQ(kind_of_runtime("prompt"), metric_kind::prompt);
    EXPECT_EQ(kind_of_runtime("quantum"), metric_kind::unknown);
}

TEST(StasoVocabulary, TakesTheThreeDocumentedTriggers) {
    for (const auto* each : {"on_demand", "sampled_async", "backfill"})
        EXPECT_TRUE(is_trigger(each));
    for (const auto* each : {"", "ON_DEMAND", "nightly"})
        EXPECT_FALSE(is_trigger(each));
}

TEST(StasoCatalogue, ListsTheNineBuiltInRulesUnderTheirCanonicalNames) {
    const auto dictionary = small_dictionary();
    const auto metrics = built_in_metrics("staso-test", dictionary);
    ASSERT_EQ(metrics.size(), 9u);
    const auto& latency = metrics[2];
    EXPECT_EQ(latency.metric.name, "latency");
    EXPECT_EQ(latency.metric.native_name, "latency_p95");
    EXPECT_FALSE(latency.metric.native_id);
    EXPECT_TRUE(latency.in_dictionary);
    EXPECT_EQ(latency.traits.direction, score_direction::lower_is_better);
    const auto& hallucination = metrics[5];
    EXPECT_EQ(hallucination.metric.name, "hallucination");
    EXPECT_EQ(hallucination.metric.kind, metric_kind::llm_judge);
    EXPECT_EQ(hallucination.traits.direction, score_direction::unknown) << "its score is a confidence";
    EXPECT_FALSE(hallucination.in_dictionary);
    for (const auto& each : metrics) {
        EXPECT_EQ(each.provider, "staso-test");
        EXPECT_FALSE(each.traits.range) << "no scale is documented";
        ASSERT_EQ(each.mapping.size(), 1u);
        EXPECT_EQ(each.mapping[0].kind, note_kind::derived);
    }
}

} // namespace
} // namespace evalbridge::staso
