// Which of the vendor's answers are handed on as true for good.

#include "tests/adapters/gradient/gradient_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string run_with(const std::string& status) {
    return R"({"evaluation_run_uuid":"a","status":"EVALUATION_RUN_)" + status +
           R"(","test_case_uuid":"tc-1","test_case_version":3})";
}

std::string prompts() {
    return R"("prompts":[{"prompt_id":7,"prompt_level_metric_results":[{"metric_name":"Correctness",)"
           R"("number_value":10,"metric_value_type":"METRIC_VALUE_TYPE_NUMBER"}]}],)"
           R"("meta":{"page":1,"pages":1,"total":1})";
}

struct keeping : bench {
    /// A vendor with one run, whose pages tell of it what `page_run` says, or nothing.
    explicit keeping(std::string status, std::optional<std::string> page_run = {})
        : bench([status = std::move(status), page_run = std::move(page_run)](const http_request& request) {
              const auto& target = request.target;
              if (target.find("evaluation_test_cases") != std::string::npos)
                  return answer_of(200, fixture("test_case.json"));
              if (target.find("evaluation_metrics") != std::string::npos)
                  return answer_of(200, fixture("metrics.json"));
              if (target.find("/results?") != std::string::npos)
                  return answer_of(200, "{" + (page_run ? R"("evaluation_run":)" + run_with(*page_run) + "," : "") +
                                            prompts() + "}");
              if (target.find("/results/") != std::string::npos)
                  return answer_of(200, R"({"prompt":{"prompt_id":7}})");
              return answer_of(200, R"({"evaluation_run":)" + run_with(status) + "}");
          }) {}

    std::vector<std::string> for_good() const {
        std::vector<std::string> out;
        for (const auto& each : wire.kept)
            if (each.how_long == lasting::for_good)
                out.emplace_back(each.operation);
        return out;
    }
    void read_list() { ASSERT_TRUE(run(provider().list_results("a", no_filter, first_window, plain, any_call))); }
};

TEST(Keep, APageThatTellsOfARunThatHasEnded) {
    keeping on("SUCCESSFUL", "SUCCESSFUL");
    on.read_list();
    EXPECT_THAT(on.for_good(), ElementsAre("list_results"));
}

TEST(Keep, APageWhoseRunIsKnownToHaveEnded) {
    keeping on("SUCCESSFUL");
    on.any_call.run_has_ended = true;
    on.read_list();
    EXPECT_THAT(on.for_good(), ElementsAre("list_results", "get_run"));
}

TEST(Keep, NoPageThatSaysThatItsRunGoesOn) {
    keeping on("SUCCESSFUL", "EVALUATING_RESULTS");
    on.any_call.run_has_ended = true; // the list lags behind
    on.read_list();
    EXPECT_THAT(on.for_good(), IsEmpty());
}

TEST(Keep, NoPageOfARunOfWhichNothingIsKnown) {
    keeping on("RUNNING_DATASET");
    on.read_list();
    EXPECT_THAT(on.for_good(), IsEmpty());
}

TEST(Keep, CataloguesForAsLongAsTheyAreCatalogues) {
    keeping on("SUCCESSFUL", "SUCCESSFUL");
    on.read_list();
    std::vector<std::string> catalogues;
    for (const auto& each : on.wire.kept)
        if (each.how_long == lasting::catalogue)
            catalogues.emplace_back(each.operation);
    EXPECT_THAT(catalogues, ElementsAre("get_test_case", "list_metrics"));
}

TEST(Keep, AResultOnceItsRunWasMetAsEnded) {
    keeping on("SUCCESSFUL");
    ASSERT_TRUE(on.run(on.provider().get_result("a", "7", on.plain, on.any_call)));
    EXPECT_THAT(on.for_good(), IsEmpty());
    ASSERT_TRUE(on.run(on.provider().get_run("a", on.plain, on.any_call)));
    ASSERT_TRUE(on.run(on.provider().get_result("a", "7", on.plain, on.any_call)));
    EXPECT_THAT(on.for_good(), ElementsAre("get_run", "get_result"));
}

TEST(Keep, NoPageThatIsAnotherThanTheOneAskedFor) {
    bench on(
        [](const http_request&) {
            return answer_of(200, R"({"evaluation_run":)" + run_with("SUCCESSFUL") +
                                      R"(,"prompts":[{"prompt_id":1}],"meta":{"page":1,"pages":9,"total":9}})");
        },
        [] {
            options small;
            small.page_size = 1;
            return small;
        }());
    list_window second;
    second.from.index = 1;
    second.limit = 1;
    const auto found = on.run(on.provider().list_results("a", on.no_filter, second, on.plain, on.any_call));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), errc::provider_malformed);
    EXPECT_TRUE(on.wire.kept.empty());
}

TEST(Keep, NothingThatCannotBeReadWhichIsToldApart) {
    bench on;
    auto half = answer_of(200, "{\"evaluation_run\":");
    half.fields.add("x-request-id", "req-dop_v1_planted_secret");
    on.wire.push(half);
    const auto found = on.run(on.provider().get_run("a", on.plain, on.any_call));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), errc::provider_malformed);
    EXPECT_EQ(found.error().provider()->status, 200);
    EXPECT_EQ(found.error().provider()->request_id, "req-[token]");
}

} // namespace
} // namespace evalbridge::gradient
