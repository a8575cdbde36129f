#include "cli/spec.hpp"

#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace json = boost::json;

namespace {

std::string built(const run_flags& flags, const std::optional<std::string>& file = {}) {
    const auto spec = build_spec(flags, file);
    if (const auto* wrong = std::get_if<1>(&spec))
        return "wrong: " + wrong->front();
    return json::serialize(std::get<0>(spec));
}

std::vector<std::string> wrong(const run_flags& flags, const std::optional<std::string>& file = {}) {
    const auto spec = build_spec(flags, file);
    const auto* complaints = std::get_if<1>(&spec);
    return complaints ? *complaints : std::vector<std::string>();
}

run_flags at(std::string provider) {
    run_flags flags;
    flags.provider = std::move(provider);
    return flags;
}

} // namespace

TEST(RunSpecFlags, BecomeASpec) {
    auto flags = at("p");
    flags.name = "weekly";
    flags.agent = "checkout";
    flags.sample = 20;
    flags.metrics = {"task_completion_rate", "id:7c9a"};
    flags.labels = {"team=checkout", "empty=", "a=b=c"};
    flags.options = {R"({"x":{"deep":true}})", R"({"y":{}})"};
    flags.agent_version = "v2";
    EXPECT_EQ(built(flags),
              R"({"provider":"p","name":"weekly","agent_version":"v2","scope":{"agent_id":"checkout","sample_pct":20},)"
              R"("metrics":["task_completion_rate",{"id":"7c9a"}],"labels":{"team":"checkout","empty":"","a":"b=c"},)"
              R"("provider_options":{"x":{"deep":true},"y":{}}})");
}

TEST(RunSpecFlags, TellEveryScope) {
    auto trace = at("p");
    trace.trace = "t";
    EXPECT_EQ(built(trace), R"({"provider":"p","scope":{"trace_id":"t"}})");
    auto session = at("p");
    session.session = "s";
    EXPECT_EQ(built(session), R"({"provider":"p","scope":{"session_id":"s"}})");
    auto dataset = at("p");
    dataset.dataset = "d";
    EXPECT_EQ(built(dataset), R"({"provider":"p","scope":{"dataset_id":"d"}})");
    auto range = at("p");
    range.start = "2026-10-01T00:00:00Z";
    range.end = "2026-10-02T00:00:00Z";
    range.sample = 5;
    EXPECT_EQ(built(range), R"({"provider":"p","scope":{"time_range":{"start":"2026-10-01T00:00:00Z",)"
                            R"("end":"2026-10-02T00:00:00Z"},"sample_pct":5}})");
    auto cases = at("p");
    cases.test_case = "c";
    cases.agents = {"a", "b"};
    cases.deployments = {"d"};
    EXPECT_EQ(built(cases), R"({"provider":"p","scope":{"test_case_id":"c","agents":["a","b"],"deployments":["d"]}})");
}

TEST(RunSpecFlags, RefuseWhatCannotBeMeantAllAtOnce) {
    auto flags = at("p");
    flags.trace = "t";
    flags.session = "s";
    flags.sample = 5;
    flags.start = "2026-10-01T00:00:00Z";
    flags.agents = {"a"};
    flags.labels = {"novalue", "=x"};
    flags.options = {"[]", "{"};
    EXPECT_THAT(wrong(flags),
                ElementsAre(HasSubstr("a run judges one thing"), HasSubstr("--start and --end go together"),
                            HasSubstr("--agents and --deployments go with --test-case"),
                            HasSubstr("--label novalue: expected key=value"),
                            HasSubstr("--label =x: expected key=value"), HasSubstr("--option: not a JSON object"),
                            HasSubstr("--option: ")));
    auto sampled = at("p");
    sampled.dataset = "d";
    sampled.sample = 5;
    EXPECT_THAT(wrong(sampled), ElementsAre(HasSubstr("--sample goes with --agent")));
    auto without_targets = at("p");
    without_targets.test_case = "c";
    EXPECT_THAT(wrong(without_targets), ElementsAre(HasSubstr("--test-case needs --agents or --deployments")));
    EXPECT_THAT(wrong({}), ElementsAre(HasSubstr("--provider is missing")));
    EXPECT_THAT(wrong(at("p")), ElementsAre(HasSubstr("nothing says what to judge")));
}

TEST(RunSpecFlags, SayWhatIsWrongInTheirOwnWords) {
    auto flags = at("p");
    flags.trace = "t";
    flags.labels = {"a=1", "b=1", "a=2"};
    flags.options = {"notjson"};
    EXPECT_THAT(wrong(flags),
                ElementsAre("--label a=2: `a` is given twice", HasSubstr("--option: the value is not valid JSON: ")));
}

TEST(RunSpecFlags, AreLaidOverAFile) {
    const std::string file =
        R"({"provider":"old","name":"kept","scope":{"trace_id":"t"},"labels":{"a":"1","b":"2"},"metrics":["x"]})";
    EXPECT_EQ(built({}, file), file);
    auto flags = at("new");
    flags.session = "s";
    flags.labels = {"b=3"};
    flags.metrics = {"y"};
    EXPECT_EQ(
        built(flags, file),
        R"({"provider":"new","name":"kept","scope":{"session_id":"s"},"labels":{"a":"1","b":"3"},"metrics":["y"]})");
    EXPECT_THAT(wrong({}, "{not json"), ElementsAre(HasSubstr("--spec: the value is not valid JSON")));
    EXPECT_THAT(wrong({}, "[1]"), ElementsAre("--spec: not a JSON object"));
}
