#include "tests/integration/world.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>

using namespace evalbridge::integration;
using ::testing::HasSubstr;

namespace {

class Registry : public ::testing::Test {
  protected:
    world w;
    std::string id_at(const answer& a, int i) { return a.text("data/" + std::to_string(i) + "/id"); }
};

} // namespace

TEST_F(Registry, ListsRunsOfEveryProviderWithTheirLabels) {
    const auto first =
        w.start(R"({"provider":"staso-box","name":"nightly","labels":{"team":"checkout"},"scope":{"agent_id":")" +
                w.sample("agent_id") + R"("},"metrics":["task_completion_rate"]})");
    const auto second = w.finished_gradient_run();
    const auto all = w.get("/v1/runs?sort=created_at");
    ASSERT_EQ(all.status, 200) << all.body;
    EXPECT_EQ(all.at("page/total"), 2);
    const auto labelled = w.get("/v1/runs?label=team%3Dcheckout");
    EXPECT_EQ(labelled.at("page/total"), 1);
    EXPECT_EQ(id_at(labelled, 0), first);
    EXPECT_EQ(labelled.text("data/0/labels/team"), "checkout");
    EXPECT_EQ(id_at(w.get("/v1/runs?status=completed"), 0), second);
    EXPECT_EQ(w.get("/v1/runs?provider=gradient-box").at("page/total"), 1);
    EXPECT_EQ(w.get("/v1/runs?text=NIGHT&provider=staso-box").at("page/total"), 1);
}

TEST_F(Registry, TellsTheHistoryOfARun) {
    const auto id = w.finished_gradient_run();
    const auto told = w.get(run_path(id) + "/history");
    ASSERT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(told.text("run_id"), id);
    EXPECT_EQ(told.text("started_by"), "anonymous");
    const auto steps = told.at("steps").as_array();
    ASSERT_GE(steps.size(), 2u);
    EXPECT_EQ(steps.back().at("status"), "completed");
    EXPECT_EQ(w.get("/v1/runs/staso-box%3Anobody/history").status, 404);
}

TEST_F(Registry, RefusesEverythingThatIsWrongAtOnce) {
    const auto refused = w.get("/v1/runs?limit=0&status=done&outcome=maybe&sort=age&created_after=yesterday&refresh=1");
    ASSERT_EQ(refused.status, 400);
    EXPECT_EQ(refused.at("errors").as_array().size(), 6u) << refused.body;
    EXPECT_EQ(w.get("/v1/runs?as_of=999").status, 400);
    EXPECT_EQ(w.get("/v1/runs?passed=true").status, 400);
    EXPECT_EQ(w.get("/v1/runs?offset=1&page=2").status, 400);
}

TEST_F(Registry, GoesOnWithAWalkByItsLinksWhileRunsAreAdded) {
    for (int i = 0; i < 3; ++i)
        w.finished_staso_run();
    auto page = w.get("/v1/runs?limit=2");
    EXPECT_EQ(page.at("page/total"), 3);
    w.finished_staso_run(); // the newest: without as_of it would push the list on by one
    const auto link = page.field("link");
    const auto at = link.find("rel=\"next\"");
    ASSERT_NE(at, std::string::npos) << link;
    const auto begin = link.rfind('<', at) + 1;
    const auto next = w.get(link.substr(begin, link.find('>', begin) - begin));
    EXPECT_EQ(next.at("page/total"), 3);
    EXPECT_EQ(next.at("data").as_array().size(), 1u);
    EXPECT_NE(id_at(next, 0), id_at(page, 1));
    const auto by_cursor = w.get("/v1/runs?cursor=" + page.text("page/next_cursor"));
    EXPECT_EQ(id_at(by_cursor, 0), id_at(next, 0));
    EXPECT_EQ(w.get("/v1/runs?cursor=" + page.text("page/next_cursor") + "&suite=other").status, 400);
}

TEST_F(Registry, ReadsWhatGoesOnBeforeItAnswersWhereAsked) {
    const auto id = w.start(R"({"provider":"staso-box","name":"n","scope":{"agent_id":")" + w.sample("agent_id") +
                            R"("},"metrics":["task_completion_rate"]})");
    w.let_pass(3600);
    EXPECT_EQ(w.get("/v1/runs").at("data/0/terminal"), false);
    const auto fresh = w.get("/v1/runs?refresh=true");
    ASSERT_EQ(fresh.status, 200) << fresh.body;
    EXPECT_EQ(fresh.at("data/0/terminal"), true) << fresh.body;
    EXPECT_EQ(fresh.at("refresh/read"), 1);
    EXPECT_THAT(fresh.body, HasSubstr(id));
}

TEST_F(Registry, CountsAsReadWhatWasRead) {
    const auto id = w.start(R"({"provider":"staso-box","name":"n","scope":{"agent_id":")" + w.sample("agent_id") +
                            R"("},"metrics":["task_completion_rate"]})");
    w.every_answer(R"({"do":"status","status":503})");
    const auto fresh = w.get("/v1/runs?refresh=true");
    ASSERT_EQ(fresh.status, 200) << fresh.body;
    EXPECT_EQ(fresh.at("refresh/read"), 0);
    EXPECT_EQ(fresh.at("refresh/left"), 0);
    ASSERT_EQ(fresh.items("refresh/failed").size(), 1u);
    EXPECT_EQ(fresh.text("refresh/failed/0/run_id"), id);
    EXPECT_EQ(fresh.text("refresh/failed/0/provider"), "staso-box");
}

TEST(RegistryOfARetiredProvider, SaysOfItsLiveRunsThatNobodyCanBeAsked) {
    evalbridge::testing::scratch_folder folder;
    world_options options;
    options.store = "sqlite:" + (folder.path() / "store.db").string();
    std::string id;
    {
        world first(options);
        id = first.start(R"({"provider":"staso-box","name":"n","scope":{"agent_id":")" + first.sample("agent_id") +
                         R"("},"metrics":["task_completion_rate"]})");
    }
    options.providers = "  other: {vendor: staso, base_url: \"http://127.0.0.1:9\", api_key: \"file:staso_key\"}\n";
    world second(options);
    const auto listed = second.get("/v1/runs?refresh=true");
    EXPECT_EQ(listed.text("data/0/id"), id);
    EXPECT_EQ(listed.at("refresh/read"), 0);
    EXPECT_EQ(listed.at("refresh/left"), 1);
    const auto shown = second.get(run_path(id));
    EXPECT_EQ(shown.status, 404);
    EXPECT_THAT(shown.text("detail"), HasSubstr("isn't configured any more"));
    EXPECT_THAT(second.get("/v1/runs/staso-box%3Anever").text("detail"), HasSubstr("There is no run of that id"));
}

TEST_F(Registry, ImportsTheRunsOfATestCase) {
    const auto id = w.finished_gradient_run();
    const auto body = R"({"provider":"gradient-box","test_case_id":")" + w.sample("test_case_uuid") + "\"}";
    const auto done = w.post("/v1/runs/import", body);
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_THAT(done.body, HasSubstr(id));
    EXPECT_GE(done.at("known").as_int64(), 1);
    EXPECT_EQ(w.post("/v1/runs/import", R"({"provider":"gradient-box"})").status, 422);
    EXPECT_EQ(w.post("/v1/runs/import", R"({"provider":"nobody"})").status, 400);
    EXPECT_EQ(w.post("/v1/runs/import", R"({"provider":"gradient-box","all":true})").status, 400);
}

TEST_F(Registry, AnswersForAnEndedRunWhoseProviderIsAway) {
    const auto id = w.finished_staso_run();
    const auto before = w.get(run_path(id));
    const auto live = w.start(R"({"provider":"staso-box","name":"n","scope":{"agent_id":")" + w.sample("agent_id") +
                              R"("},"metrics":["task_completion_rate"]})");
    w.every_answer(R"({"do":"status","status":503})");
    const auto after = w.get(run_path(id));
    EXPECT_EQ(after.status, 200) << after.body;
    EXPECT_EQ(after.body, before.body);
    EXPECT_EQ(after.field("etag"), before.field("etag"));
    EXPECT_GE(w.get(run_path(live)).status, 500);
}
