// Vendors whose answers are HTTP and make no sense, at every operation of the gateway.

#include "tests/integration/hostile.hpp"

namespace evalbridge::integration {
namespace {

using HostileJson = HostileVendor;
INSTANTIATE_TEST_SUITE_P(Plain, HostileJson, ::testing::Values(false));

constexpr auto malformed = "provider_malformed";
constexpr auto rejected = "provider_rejected";

TEST_P(HostileJson, IsNoAnswerToWhatWasAsked) {
    hold({
        {R"("do":"redirect")", comes::error, {malformed}},
        {R"("do":"edge_block")", comes::error, {rejected}},
        {R"("do":"html")", comes::error_if_read, {malformed}},
        {R"("do":"wrong_shape")", comes::error_if_read, {malformed}},
        {R"("do":"wrong_type")", comes::right},
    });
}

TEST_P(HostileJson, IsSpoilt) {
    hold({
        {R"("do":"malformed")", comes::error_if_read, {malformed}},
        {R"("do":"truncated")", comes::error_if_read, {malformed}},
        {R"("do":"deep_json")", comes::error_if_read, {malformed}},
        {R"("do":"deep_member")", comes::error_if_read, {malformed}},
        {R"("do":"wrong_values")", comes::error_if_read, {malformed}},
        {R"("do":"invalid_utf8")", comes::error_if_read, {malformed}},
        // What can't be had as a number is as good as absent where it isn't needed; of two members, either is read.
        {R"("do":"huge_numbers")", comes::sound, {malformed}},
        {R"("do":"duplicate_keys")", comes::sound, {malformed}},
    });
}

TEST_P(HostileJson, IsEmpty) {
    const std::vector<hostile> empty = {{R"("do":"empty_object")", comes::error_if_read, {malformed}}};
    auto metrics = operations;
    std::erase_if(operations, [](const operation& each) { return each.name == "metrics"; });
    hold(empty);
    // Of a catalogue it is no fault: an empty list is left out.
    std::erase_if(metrics, [](const operation& each) { return each.name != "metrics"; });
    operations = metrics;
    hold({{R"("do":"empty_object")", comes::sound}});
}

// What a request leads to after the first one to the vendor: a create that has succeeded stays one, whatever becomes of
// reading the run.
TEST_P(HostileJson, FailsWhenAskedForMore) {
    constexpr auto read_again = R"("route":"GET /v2/gen-ai/evaluation_runs/{evaluation_run_uuid}",)";
    const auto at = [](const char* route, const char* fault) { return std::string(route) + fault; };
    const std::string faults[] = {at(read_again, R"("do":"close")"), at(read_again, R"("do":"malformed")"),
                                  at(read_again, R"("do":"endless_chunks")"), at(read_again, R"("do":"black_hole")")};
    keep({"gradient's create"});
    for (const auto& fault : faults)
        hold({{fault.c_str(), comes::right, {}, fault.find("black_hole") != std::string::npos}});
}

TEST_P(HostileJson, KeepsWhatItsAnswersAreJudgedBy) {
    keep({"gradient's run", "gradient's results", "gradient's result", "gradient's verdicts", "gradient's summary"});
    const std::string routes[] = {"/v2/gen-ai/evaluation_metrics", "/v2/gen-ai/evaluation_test_cases/{test_case_uuid}"};
    for (const auto& each : std::vector(operations)) {
        operations = {each}; // one by one: side by side, more than one connection would rightly be kept
        for (const auto& route : routes)
            for (const char* fault :
                 {R"("do":"reset")", R"("do":"malformed")", R"("do":"gzip_bomb")", R"("do":"black_hole")"}) {
                const auto row = "\"route\":\"" + route + "\"," + fault;
                hold({{row.c_str(), comes::sound, {"deadline_exceeded"}, row.ends_with("black_hole\"")}});
            }
    }
}

} // namespace
} // namespace evalbridge::integration
