#include "tests/adapters/gradient/gradient_bench.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

using ::testing::ElementsAre;

const std::string id = "0123456789abcdef0123";
const std::string other_id = "ffffffffffffffffffff";
const std::string list_target = "/v2/gen-ai/evaluation_test_cases/tc-1/evaluation_runs";

std::string tag_of(const std::string& create) { return "[eb-" + create + "]"; }

std::string row(const std::string& uuid, const std::string& name) {
    return R"({"evaluation_run_uuid":")" + uuid + R"(","run_name":")" + name +
           R"(","status":"EVALUATION_RUN_QUEUED","test_case_uuid":"tc-1"})";
}

std::string list_of(std::initializer_list<std::string> rows) {
    std::string out = R"({"evaluation_runs":[)";
    for (const auto& each : rows)
        out += (out.back() == '[' ? "" : ",") + each;
    return out + "]}";
}

run_spec tagged_spec() {
    auto spec = small_spec();
    spec.tag = tag_of(id);
    return spec;
}

run_listing of_case(std::string test_case) {
    run_listing which;
    which.test_case_id = std::move(test_case);
    return which;
}

std::vector<std::string> ids_of(const std::vector<run>& runs) {
    std::vector<std::string> out;
    for (const auto& each : runs)
        out.push_back(each.id);
    return out;
}

TEST(Create, SendsTheTagInTheNameAndTakesItOffAgain) {
    for (const auto& name : {std::optional<std::string>("smoke"), std::optional<std::string>()}) {
        bench on;
        const auto asked = name.value_or("evalbridge run");
        on.wire.push(200, R"({"evaluation_run_uuids":["a","b"]})");
        on.wire.push(200, R"({"evaluation_run":)" + row("a", asked + " " + tag_of(id) + "-3f2a1c") + "}");
        on.wire.push(500, "{}");
        auto spec = tagged_spec();
        spec.name = name;
        const auto made = on.run(on.provider().create_runs(spec, on.any_call));
        ASSERT_TRUE(made) << made.error().detail();
        EXPECT_EQ(boost::json::parse(on.wire.requests[0].body).at("run_name").as_string(), asked + " " + tag_of(id));
        EXPECT_EQ((*made)[0].name, asked + "-3f2a1c");
        EXPECT_EQ((*made)[0].create_id, id);
        EXPECT_TRUE(has_note((*made)[0].mapping, note_kind::derived, "name"));
        EXPECT_EQ((*made)[1].name, asked) << "made of the spec, as the vendor didn't tell";
    }
}

TEST(Create, KeepsALongNameShortEnoughForTheTag) {
    bench on;
    on.wire.push(200, R"({"evaluation_run_uuids":["a"]})");
    on.wire.push(500, "{}");
    auto spec = tagged_spec();
    spec.name = std::string(255, 'x');
    ASSERT_TRUE(on.run(on.provider().create_runs(spec, on.any_call)));
    const auto body = boost::json::parse(on.wire.requests[0].body);
    const std::string_view sent = body.at("run_name").as_string();
    EXPECT_EQ(sent.size(), 200u);
    EXPECT_TRUE(sent.ends_with(" " + tag_of(id)));
}

TEST(GetRun, KeepsTheVendorsNameInRaw) {
    bench on;
    on.wire.push(200, R"({"evaluation_run":)" + row("a", "smoke " + tag_of(id) + "-3f2a1c") + "}");
    read_options raw;
    raw.raw = true;
    const auto found = on.run(on.provider().get_run("a", raw, on.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "smoke-3f2a1c");
    EXPECT_NE(found->raw->view().find(tag_of(id)), std::string::npos);
}

TEST(ListRuns, GivesEveryRunOfTheTestCaseOnce) {
    bench on;
    on.wire.push(200, list_of({row("a", "by hand-1"), row("b", "smoke " + tag_of(id) + "-2"), row("a", "by hand-1")}));
    const auto found = on.run(on.provider().list_runs(of_case("tc-1"), on.any_call));
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_THAT(ids_of(*found), ElementsAre("do:a", "do:b"));
    EXPECT_EQ((*found)[0].name, "by hand-1");
    EXPECT_FALSE((*found)[0].create_id);
    EXPECT_EQ((*found)[1].name, "smoke-2");
    EXPECT_EQ((*found)[1].create_id, id);
    EXPECT_EQ((*found)[1].status, run_status::pending);
    EXPECT_THAT(on.targets(), ElementsAre(list_target));
    EXPECT_EQ(on.wire.calls[0].operation, "list_runs");
    EXPECT_TRUE(on.wire.kept.empty()) << "another run may be started any time";
}

TEST(ListRuns, JudgesThemAsASingleReadDoes) {
    bench on([](const http_request& request) {
        if (request.target == list_target)
            return answer_of(200, fixture("runs.by-test-case.response.json"));
        if (request.target.find("/evaluation_runs/") != std::string::npos)
            return answer_of(200, fixture("run.newest.response.json"));
        return answer_of(200, fixture(request.target.ends_with("metrics") ? "metrics.json" : "test_case.json"));
    });
    const auto listed = on.run(on.provider().list_runs(of_case("tc-1"), on.any_call));
    ASSERT_TRUE(listed) << listed.error().detail();
    const auto read = on.run(on.provider().get_run("run-1", on.plain, on.any_call));
    ASSERT_TRUE(read);
    ASSERT_EQ((*listed)[0].id, read->id);
    ASSERT_EQ((*listed)[0].run_metrics.size(), read->run_metrics.size());
    for (std::size_t i = 0; i < read->run_metrics.size(); ++i)
        EXPECT_EQ((*listed)[0].run_metrics[i].passed, read->run_metrics[i].passed);
    EXPECT_EQ((*listed)[0].run_metrics[0].passed, true);
    EXPECT_EQ(on.wire.requests.size(), 4u) << "the list, the run, and the test case and the catalogue once";
}

TEST(ListRuns, WantsATestCase) {
    bench on;
    const auto all = on.run(on.provider().list_runs({}, on.any_call));
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code(), errc::unsupported);
    ASSERT_EQ(all.error().faults().size(), 1u);
    EXPECT_EQ(all.error().faults()[0].pointer, "/test_case_id");
    EXPECT_TRUE(on.provider().can().lists_runs_by_test_case);
    EXPECT_FALSE(on.provider().can().lists_runs);
    for (const auto* impossible : {"", "..", "a/b"})
        EXPECT_EQ(on.run(on.provider().list_runs(of_case(impossible), on.any_call)).error().code(), errc::not_found);
    EXPECT_TRUE(on.wire.requests.empty());
}

TEST(ListRuns, TakesANeverRunTestCaseForOneWithoutRuns) {
    for (const auto* body : {"{}", R"({"evaluation_runs":null})", R"({"evaluation_runs":[]})"}) {
        bench on;
        on.wire.push(200, body);
        const auto found = on.run(on.provider().list_runs(of_case("tc-1"), on.any_call));
        ASSERT_TRUE(found) << body;
        EXPECT_TRUE(found->empty());
    }
}

TEST(ListRuns, RefusesWhatIsNoList) {
    for (const auto* body : {R"({"evaluation_runs":{}})", R"({"evaluation_runs":[{"run_name":"x"}]})", "[]",
                             R"({"evaluation_runs":[{"evaluation_run_uuid":"a/b"}]})", "", "<html>"}) {
        bench on;
        on.wire.push(200, body);
        const auto found = on.run(on.provider().list_runs(of_case("tc-1"), on.any_call));
        ASSERT_FALSE(found) << body;
        EXPECT_EQ(found.error().code(), errc::provider_malformed) << body;
        EXPECT_EQ(found.error().provider()->name, "do");
    }
}

TEST(FindStarted, GivesEveryRunOfTheCreateAndNoOther) {
    bench on;
    on.wire.push(200, list_of({row("a", "smoke " + tag_of(other_id) + "-1"), row("b", "smoke " + tag_of(id) + "-2"),
                               row("c", "smoke-3"), row("d", "smoke " + tag_of(id) + "-4"),
                               R"({"evaluation_run_uuid":"nameless"})"}));
    const auto found = on.run(on.provider().find_started(tagged_spec(), on.any_call));
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_THAT(ids_of(*found), ElementsAre("do:b", "do:d"));
    EXPECT_EQ((*found)[0].name, "smoke-2");
    EXPECT_EQ((*found)[0].create_id, id);
    EXPECT_THAT(on.targets(), ElementsAre(list_target));
    EXPECT_EQ(on.wire.calls[0].operation, "find_started");
    EXPECT_EQ(on.wire.calls[0].may_replay, replay::replayable);
}

TEST(FindStarted, FindsATagOfAnotherConfiguration) {
    bench on;
    on.wire.push(200, list_of({row("a", "smoke (eval " + id + ")-1")}));
    auto spec = small_spec();
    spec.tag = "(eval " + id + ")";
    const auto found = on.run(on.provider().find_started(spec, on.any_call));
    ASSERT_TRUE(found);
    EXPECT_THAT(ids_of(*found), ElementsAre("do:a"));
}

TEST(FindStarted, SaysThatNothingWasStartedOnlyWhereTheVendorDoes) {
    bench on;
    on.wire.push(200, R"({"evaluation_runs":[]})");
    const auto none = on.run(on.provider().find_started(tagged_spec(), on.any_call));
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
    for (const auto* body : {"{}", R"({"evaluation_runs":null})"}) {
        on.wire.push(200, body);
        const auto untold = on.run(on.provider().find_started(tagged_spec(), on.any_call));
        ASSERT_FALSE(untold) << body;
        EXPECT_EQ(untold.error().code(), errc::provider_malformed);
    }
}

TEST(FindStarted, CannotLookWithoutATag) {
    bench on;
    const auto untagged = on.run(on.provider().find_started(small_spec(), on.any_call));
    ASSERT_FALSE(untagged);
    EXPECT_EQ(untagged.error().code(), errc::unsupported);
    auto elsewhere = tagged_spec();
    elsewhere.scope = trace_scope{"t"};
    EXPECT_EQ(on.run(on.provider().find_started(elsewhere, on.any_call)).error().code(), errc::unsupported);
    EXPECT_TRUE(on.wire.requests.empty());
}

} // namespace
} // namespace evalbridge::gradient
