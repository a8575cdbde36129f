#include "adapters/gradient/vocabulary.hpp"

#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

TEST(Vocabulary, EveryDocumentedStatusHasItsOwn) {
    const struct {
        std::string_view native;
        run_status status;
        std::string_view phase;
        bool terminal;
    } rows[] = {
        {"EVALUATION_RUN_STATUS_UNSPECIFIED", run_status::unknown, "", false},
        {"EVALUATION_RUN_STATUS_UNKNOWN", run_status::unknown, "", false},
        {"EVALUATION_RUN_QUEUED", run_status::pending, "", false},
        {"EVALUATION_RUN_RUNNING", run_status::running, "", false},
        {"EVALUATION_RUN_RUNNING_DATASET", run_status::running, "dataset", false},
        {"EVALUATION_RUN_EVALUATING_RESULTS", run_status::running, "evaluating", false},
        {"EVALUATION_RUN_CANCELLING", run_status::cancelling, "", false},
        {"EVALUATION_RUN_CANCELLED", run_status::cancelled, "", true},
        {"EVALUATION_RUN_COMPLETED", run_status::completed, "", true},
        {"EVALUATION_RUN_SUCCESSFUL", run_status::completed, "", true},
        {"EVALUATION_RUN_PARTIALLY_SUCCESSFUL", run_status::partial, "", true},
        {"EVALUATION_RUN_FAILED", run_status::failed, "", true},
    };
    for (const auto& each : rows) {
        const auto* found = find_status(each.native);
        ASSERT_NE(found, nullptr) << each.native;
        EXPECT_EQ(found->status, each.status) << each.native;
        EXPECT_EQ(found->phase, each.phase) << each.native;
        EXPECT_EQ(is_terminal(found->status), each.terminal) << each.native;
    }
    EXPECT_EQ(find_status("EVALUATION_RUN_PAUSED"), nullptr);
    EXPECT_EQ(find_status(""), nullptr);
}

TEST(Vocabulary, WordsThatArentListedKeepTheirText) {
    EXPECT_EQ(span_type_of("TRACE_SPAN_TYPE_LLM"), "llm");
    EXPECT_EQ(span_type_of("TRACE_SPAN_TYPE_UNKNOWN"), "");
    EXPECT_EQ(span_type_of("TRACE_SPAN_TYPE_NEW"), "TRACE_SPAN_TYPE_NEW");
    EXPECT_EQ(category_of("METRIC_CATEGORY_USER_OUTCOMES"), "user_outcomes");
    EXPECT_EQ(category_of("METRIC_CATEGORY_UNSPECIFIED"), "");
    EXPECT_EQ(category_of("METRIC_CATEGORY_NEW"), "METRIC_CATEGORY_NEW");
    EXPECT_EQ(value_type_of("METRIC_VALUE_TYPE_PERCENTAGE"), value_type::percentage);
    EXPECT_EQ(value_type_of("METRIC_VALUE_TYPE_NEW"), value_type::unknown);
    EXPECT_EQ(failure_of("EVALUATION_METRIC_RESULT_STATUS_SKIPPED"), "the metric was skipped");
    EXPECT_EQ(failure_of("EVALUATION_METRIC_RESULT_STATUS_FAILED"), "the metric failed");
    EXPECT_EQ(failure_of("EVALUATION_METRIC_RESULT_STATUS_COMPLETED"), "");
    EXPECT_EQ(failure_of("EVALUATION_METRIC_RESULT_STATUS_NEW"), "");
}

} // namespace
} // namespace evalbridge::gradient
