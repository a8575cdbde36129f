// Finished runs, served from the store: the same answers as the vendor's, without the vendor.

#include "tests/integration/world.hpp"

#include "tests/support/scratch_folder.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

namespace evalbridge::integration {
namespace {

constexpr const char* no_answers = R"({"do":"status","status":500})";

world_options asked_directly() {
    world_options options;
    options.staso_keys = options.gradient_keys = bare_provider;
    return options;
}

/// Asks for the run's archive and waits until it is made.
void archive(world& w, const std::string& run_id) {
    const auto asked = w.post(run_path(run_id) + "/archive", "");
    ASSERT_EQ(asked.status, 202) << asked.body;
    for (int i = 0; i < 400; ++i) {
        const auto now = w.get(run_path(run_id) + "/archive");
        ASSERT_EQ(now.status, 200) << now.body;
        if (now.text("state") == "complete")
            return;
        ASSERT_TRUE(now.at("last_error").is_null()) << now.body;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    FAIL() << "the archive isn't made";
}

/// Every kind of read of a run.
std::vector<std::string> reads_of(world& w, const std::string& run_id) {
    const auto at = run_path(run_id);
    std::vector<std::string> out = {at, at + "?include=raw", at + "/summary", at + "/summary?include=raw"};
    const auto some = w.get(at + "/verdicts?limit=1");
    const auto metric = some.text("data/0/metric/name");
    const auto result = some.text("data/0/result_id");
    const auto trace = some.text("data/0/trace_id");
    const std::vector<std::string> filters = {"",
                                              "&passed=true",
                                              "&passed=false",
                                              "&passed=null",
                                              "&metric=" + metric,
                                              "&metric=" + metric + "&passed=true",
                                              "&level=span",
                                              "&level=all",
                                              "&level=all&passed=false",
                                              "&trace_id=" + trace,
                                              "&trace_id=" + trace + "&passed=true",
                                              "&metric=nothing",
                                              "&trace_id=nothing"};
    const std::vector<std::string> windows = {"limit=1000",        "limit=3",          "limit=2&offset=3",
                                              "page=2&per_page=4", "limit=1&offset=1", "limit=5&offset=100000"};
    const std::vector<std::string> lists = {"/verdicts?", "/verdicts?include=raw&", "/results?",
                                            "/results?include=raw,spans&"};
    // Every filter on every list, each in two of the windows: fewer calls than the vendor lets us send.
    std::size_t turn = 0;
    for (const auto& filter : filters)
        for (const auto& list : lists)
            for (int i = 0; i < 2; ++i)
                out.push_back(at + list + windows[turn++ % windows.size()] + filter);
    const std::vector<std::string> includes = {"", "?include=raw", "?include=spans", "?include=raw,spans"};
    for (const auto& include : includes)
        out.push_back(at + "/results/" + result + include);
    out.push_back(at + "/results/nothing");
    return out;
}

struct told {
    int status = 0;
    std::string body;
    std::string link;
};

/// What every read answers; a problem's own request id left out.
std::map<std::string, told> answers_of(world& w, const std::vector<std::string>& reads) {
    std::map<std::string, told> out;
    for (const auto& each : reads) {
        const auto given = w.get(each);
        out[each] = {given.status, given.status == 200 ? given.body : "", given.field("link")};
    }
    return out;
}

void expect_same(const std::map<std::string, told>& live, const std::map<std::string, told>& archived) {
    for (const auto& [read, answer] : live) {
        const auto& kept = archived.at(read);
        EXPECT_EQ(kept.status, answer.status) << read;
        EXPECT_EQ(kept.body, answer.body) << read;
        EXPECT_EQ(kept.link, answer.link) << read;
    }
}

struct Archive : ::testing::Test {
    world w{asked_directly()};
};

TEST_F(Archive, AnswersByteForByteAsTheProviderDidWithoutAskingIt) {
    for (const auto& run_id : {w.finished_staso_run(), w.finished_gradient_run()}) {
        const auto reads = reads_of(w, run_id);
        const auto live = answers_of(w, reads);
        archive(w, run_id);
        w.every_answer(no_answers);
        expect_same(live, answers_of(w, reads));
        w.scenario("{}");
    }
}

TEST_F(Archive, LetsAClientInTheMidstOfAWalkMeetEachItemOnce) {
    const auto run_id = w.finished_gradient_run();
    const std::string filters[] = {"", "&level=all", "&passed=null", "&level=all&passed=null"};
    std::map<std::string, std::vector<std::string>> met;
    std::map<std::string, std::string> cursors;
    for (const auto& filter : filters) {
        const auto first = w.get(run_path(run_id) + "/verdicts?limit=25" + filter);
        for (const auto& each : first.items("data"))
            met[filter].emplace_back(each.at("id").as_string());
        cursors[filter] = first.text("page/next_cursor");
    }
    archive(w, run_id);
    for (const auto& filter : filters) {
        while (cursors[filter] != "null") {
            const auto page = w.get(run_path(run_id) + "/verdicts?cursor=" + cursors[filter]);
            ASSERT_EQ(page.status, 200) << page.body;
            for (const auto& each : page.items("data"))
                met[filter].emplace_back(each.at("id").as_string());
            cursors[filter] = page.text("page/next_cursor");
        }
        const auto whole = w.get(run_path(run_id) + "/verdicts?limit=1000" + filter);
        std::vector<std::string> expected;
        for (const auto& each : whole.items("data"))
            expected.emplace_back(each.at("id").as_string());
        EXPECT_EQ(met[filter], expected) << filter;
    }
}

TEST_F(Archive, IsDroppedAndAskedForAgain) {
    const auto run_id = w.finished_staso_run();
    const auto at = run_path(run_id) + "/archive";
    EXPECT_EQ(w.get(at).status, 404);
    EXPECT_EQ(w.request("DELETE", at, "", {}).status, 404);
    archive(w, run_id);
    EXPECT_EQ(w.request("DELETE", at, "", {}).status, 204);
    EXPECT_EQ(w.get(at).text("state"), "dropped");
    EXPECT_EQ(w.request("DELETE", at, "", {}).status, 404);
    EXPECT_EQ(w.get(run_path(run_id) + "/verdicts").status, 200); // the vendor's again
    archive(w, run_id);
    const auto cancelled = w.post(run_path(run_id) + "/cancel", "");
    EXPECT_EQ(cancelled.status, 409) << cancelled.body;
}

TEST_F(Archive, IsNotPromisedForARunThatGoesOn) {
    const auto run_id = w.start(R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                                R"("},"metrics":["task_completion_rate"]})");
    EXPECT_EQ(w.post(run_path(run_id) + "/archive", "").status, 409);
}

TEST(ArchiveOfARetiredProvider, IsServedWithoutIt) {
    testing::scratch_folder folder;
    auto options = asked_directly();
    options.store = "sqlite:" + (folder.path() / "store.db").string();
    std::map<std::string, told> before;
    std::vector<std::string> reads;
    std::string run_id;
    {
        world first(options);
        run_id = first.finished_gradient_run();
        const auto at = run_path(run_id);
        reads = {at, at + "?include=raw", at + "/summary", at + "/verdicts?limit=1000&level=all&include=raw",
                 at + "/results?limit=1000&include=raw,spans"};
        before = answers_of(first, reads);
        archive(first, run_id);
    }
    options.providers = "  other: {vendor: staso, base_url: \"http://127.0.0.1:9\", api_key: \"file:staso_key\"}\n";
    world second(options);
    expect_same(before, answers_of(second, reads));
    const auto listed = second.get("/v1/providers");
    EXPECT_EQ(listed.text("data/1/name"), "gradient-box");
    EXPECT_EQ(listed.text("data/1/state"), "retired");
    EXPECT_EQ(second.get("/v1/runs/gradient-box%3Anothing").status, 404);
    EXPECT_EQ(second.get(run_path(run_id) + "?wait=5s").status, 200);
}

TEST(ArchiveWithoutInputs, KeepsVerdictsAndNoContents) {
    auto options = asked_directly();
    options.archive = "enabled: true, inputs: false";
    world w(options);
    const auto run_id = w.finished_gradient_run();
    archive(w, run_id);
    const auto results = w.get(run_path(run_id) + "/results?limit=1000&include=raw,spans");
    ASSERT_EQ(results.status, 200);
    for (const auto& each : results.items("data")) {
        EXPECT_TRUE(each.at("input").is_null());
        EXPECT_TRUE(each.at("output").is_null());
        EXPECT_TRUE(each.at("expected").is_null());
        EXPECT_EQ(each.at("mapping").at("lossy").at("input"), "contents are not archived");
        for (const auto& span : each.at("spans").as_array())
            EXPECT_TRUE(span.at("input").is_null());
        EXPECT_FALSE(each.at("verdicts").as_array().empty());
    }
    EXPECT_EQ(w.get(run_path(run_id) + "/archive").at("inputs"), false);
}

} // namespace
} // namespace evalbridge::integration
