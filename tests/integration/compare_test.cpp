// Two runs beside one another, over HTTP: of one vendor, of both, live and archived.

#include "tests/integration/world.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <thread>

namespace evalbridge::integration {
namespace {

namespace json = boost::json;

struct Compare : ::testing::Test {
    static world_options asked_directly() {
        world_options options;
        options.staso_keys = options.gradient_keys = bare_provider;
        return options;
    }
    world w{asked_directly()};

    Compare() { w.scenario(R"({"gradient":{"rate_limit":null},"staso":{"rate_limit":null}})"); }

    static std::string path(const std::string& a, const std::string& b, const std::string& query = {}) {
        const auto second = run_path(b).substr(std::string("/v1/runs/").size());
        return run_path(a) + "/compare/" + second + (query.empty() ? "" : "?" + query);
    }
    std::string finished(const std::string& spec) {
        auto id = w.start(spec);
        w.finish(id);
        return id;
    }
    /// The sandbox's judge says other things of another version.
    std::string staso_run(const std::string& version) {
        return finished(R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                        R"("},"metrics":["task_completion_rate","hallucination"],"agent_version":")" + version +
                        R"("})");
    }
    /// The second agent is worse than the first.
    std::string gradient_run(const std::string& agent) {
        return finished(R"({"provider":"gradient-box","scope":{"test_case_id":")" + w.sample("test_case_uuid") +
                        R"(","agents":[")" + w.sample(agent) + "\"]}}");
    }
    void archive(const std::string& run_id) {
        ASSERT_EQ(w.post(run_path(run_id) + "/archive", "").status, 202);
        for (int i = 0; i < 400; ++i) {
            if (w.get(run_path(run_id) + "/archive").text("state") == "complete")
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        FAIL() << "the archive isn't made";
    }

    /// What both runs say of each pair of trace and metric, read from their lists: trace/metric -> id, passed, reason.
    std::map<std::string, json::object> verdicts_of(const std::string& run_id) {
        std::map<std::string, json::object> out;
        for (const auto& each : w.get(run_path(run_id) + "/verdicts?limit=1000").items("data")) {
            const auto& v = each.as_object();
            const auto key = json::serialize(v.at("trace_id")) + json::serialize(v.at("metric").at("name"));
            EXPECT_TRUE(out.emplace(key, v).second) << key;
        }
        return out;
    }
    void expect_flips(const std::string& a, const std::string& b);
    void expect_exact_walks(const std::string& a, const std::string& b);
};

std::string id_of(const json::value& flip) { return json::serialize(flip.at("a").at("verdict_id")); }

// The list of flips against what a loop over both lists of verdicts finds.
void Compare::expect_flips(const std::string& a, const std::string& b) {
    const auto in_a = verdicts_of(a), in_b = verdicts_of(b);
    std::set<std::string> expected;
    for (const auto& [key, v] : in_a) {
        const auto other = in_b.find(key);
        const bool decided = other != in_b.end() && v.at("passed").is_bool() && other->second.at("passed").is_bool();
        if (decided && v.at("passed") != other->second.at("passed"))
            expected.insert(key);
    }
    ASSERT_GT(expected.size(), 10u) << "the sandbox's judges agree, so there is nothing to see";
    std::set<std::string> met;
    for (const auto& flip : w.get(path(a, b, "limit=1000")).items("data")) {
        const auto key = json::serialize(flip.at("key").at("trace_id")) + json::serialize(flip.at("metric"));
        EXPECT_TRUE(met.insert(key).second) << key;
        for (const auto* side : {"a", "b"}) {
            const auto& v = (*side == 'a' ? in_a : in_b).at(key);
            EXPECT_EQ(flip.at(side).at("verdict_id"), v.at("id"));
            EXPECT_EQ(flip.at(side).at("result_id"), v.at("result_id"));
            EXPECT_EQ(flip.at(side).at("passed"), v.at("passed"));
            EXPECT_EQ(flip.at(side).at("reason"), v.at("reason"));
            EXPECT_EQ(flip.at(side).at("score"), v.at("score"));
        }
        EXPECT_EQ(flip.at("change"), flip.at("a").at("passed").as_bool() ? "regression" : "improvement");
    }
    EXPECT_EQ(met, expected);
}

TEST_F(Compare, TellsTheFlipsThatBothListsOfVerdictsHave) {
    expect_flips(staso_run("v1"), staso_run("v2"));
    expect_flips(gradient_run("agent_uuid"), gradient_run("second_agent_uuid"));
}

TEST_F(Compare, AgreesWithTheSummariesOfBothRuns) {
    const auto a = gradient_run("agent_uuid"), b = gradient_run("second_agent_uuid");
    const auto compared = w.get(path(a, b, "limit=1"));
    ASSERT_EQ(compared.status, 200) << compared.body;
    for (const auto& [side, run] : {std::pair("a", a), std::pair("b", b)}) {
        std::map<std::string, json::object> told;
        for (const auto& each : w.get(run_path(run) + "/summary").items("metrics"))
            told[json::serialize(each.at("metric").at("native_id"))] = each.as_object();
        for (const auto& each : compared.items("comparison/metrics")) {
            const auto& own = each.at(side).as_object();
            const auto& summary = told.at(json::serialize(own.at("metric").at("native_id")));
            for (const auto* member :
                 {"total", "passed", "failed", "undecided", "errored", "pass_rate", "average_score"})
                EXPECT_EQ(own.at(member), summary.at(member)) << member;
        }
        EXPECT_EQ(compared.items("comparison/metrics").size(), told.size());
    }
    bool regressed = false;
    for (const auto& each : compared.items("comparison/metrics"))
        regressed = regressed || each.at("conclusion") == "regressed";
    EXPECT_TRUE(regressed) << "the canary passes 24 points less";
}

TEST_F(Compare, SwapsLossesAndGainsWithTheRuns) {
    const auto a = staso_run("v1"), b = staso_run("v2");
    const auto forth = w.get(path(a, b, "limit=1000")), back = w.get(path(b, a, "limit=1000"));
    EXPECT_EQ(forth.at("comparison/flips/regressions"), back.at("comparison/flips/improvements"));
    EXPECT_EQ(forth.at("comparison/flips/improvements"), back.at("comparison/flips/regressions"));
    EXPECT_EQ(forth.at("page/total"), back.at("page/total"));
    EXPECT_EQ(forth.at("comparison/metrics/1/mcnemar/p"), back.at("comparison/metrics/1/mcnemar/p"));
}

TEST_F(Compare, FindsNoDifferenceOfARunToItself) {
    const auto a = staso_run("v1");
    const auto same = w.get(path(a, a));
    ASSERT_EQ(same.status, 200) << same.body;
    EXPECT_EQ(same.at("page/total"), 0);
    EXPECT_EQ(same.text("page/next_cursor"), "null");
    for (const auto& each : same.items("comparison/metrics")) {
        EXPECT_EQ(each.at("agreement").at("raw").to_number<double>(), 1);
        EXPECT_EQ(each.at("mcnemar").at("p").to_number<double>(), 1);
        EXPECT_EQ(each.at("conclusion"), "no_significant_change");
    }
}

// Ids of the flips, by offset, by page number, by cursor, and by following Link: next.
void Compare::expect_exact_walks(const std::string& a, const std::string& b) {
    for (const std::string filter : {"", "&flips=regressions", "&flips=improvements", "&metric=hallucination"}) {
        const auto first = path(a, b) + "?limit=1000" + filter;
        std::vector<std::string> whole;
        for (const auto& each : w.get(first).items("data"))
            whole.push_back(id_of(each));
        const std::set<std::string> distinct(whole.begin(), whole.end());
        EXPECT_EQ(distinct.size(), whole.size());
        for (int style = 0; style < 4; ++style) {
            std::vector<std::string> met;
            std::string target = path(a, b) + (style == 1 ? "?per_page=7" : "?limit=7") + filter;
            for (int n = 1; !target.empty() && n < 1000; ++n) {
                const auto page = w.get(target);
                ASSERT_EQ(page.status, 200) << page.body;
                for (const auto& each : page.items("data"))
                    met.push_back(id_of(each));
                EXPECT_EQ(page.at("page/total"), whole.size());
                const auto next = page.at("page/next_cursor");
                EXPECT_EQ(page.at("page/has_more"), next.is_string());
                const auto links = page.field("link");
                const auto rel = links.find("rel=\"next\"");
                target.clear();
                if (!next.is_string())
                    EXPECT_EQ(rel, std::string::npos);
                else if (style == 0)
                    target = path(a, b) + "?limit=7&offset=" + std::to_string(n * 7) + filter;
                else if (style == 1)
                    target = path(a, b) + "?per_page=7&page=" + std::to_string(n + 1) + filter;
                else if (style == 2)
                    target = path(a, b) + "?cursor=" + std::string(next.as_string());
                else if (const auto open = links.rfind('<', rel); rel != std::string::npos)
                    target = links.substr(open + 1, links.find('>', open) - open - 1);
            }
            EXPECT_EQ(met, whole) << "style " << style << filter;
        }
    }
}

TEST_F(Compare, PagesThroughTheFlipsExactlyInEveryStyle) { expect_exact_walks(staso_run("v1"), staso_run("v2")); }

TEST_F(Compare, AnswersByteForByteTheSameFromTheArchive) {
    const std::pair<std::string, std::string> pairs[] = {
        {staso_run("v1"), staso_run("v2")}, {gradient_run("agent_uuid"), gradient_run("second_agent_uuid")}};
    for (const auto& [a, b] : pairs) {
        std::map<std::string, std::string> live;
        // Another min_pairs is another comparison, so that the second time isn't answered from memory.
        for (const std::string query : {"limit=1000&min_pairs=", "limit=3&offset=2&flips=improvements&min_pairs=",
                                        "join=input&limit=5&min_pairs="})
            live[query] = w.get(path(a, b, query + "21")).body;
        archive(a);
        archive(b);
        w.every_answer(R"({"do":"status","status":500})");
        for (const auto& [query, body] : live) {
            const auto kept = w.get(path(a, b, query + "22")).body;
            const auto told = [](const std::string& text) {
                static const std::regex asked("\"(min_pairs|needed)\":2[12]");
                return std::regex_replace(text.substr(0, std::min(text.find("\"page\""), text.find("\"request_id\""))),
                                          asked, "\"$1\":n");
            };
            EXPECT_EQ(told(kept), told(body)) << query;
        }
        w.scenario(R"({"gradient":{"rate_limit":null},"staso":{"rate_limit":null}})");
    }
}

TEST_F(Compare, MeetsNothingWhereTwoVendorsNumberTheirItems) {
    const auto given = w.get(path(staso_run("v1"), gradient_run("agent_uuid")));
    ASSERT_EQ(given.status, 200) << given.body;
    EXPECT_EQ(given.at("comparison/coverage/items/both"), 0);
    EXPECT_GT(given.at("comparison/coverage/items/only_a").to_number<int>(), 0);
    EXPECT_GT(given.at("comparison/coverage/items/only_b").to_number<int>(), 0);
    EXPECT_EQ(given.at("comparison/coverage/verdicts/pairs"), 0);
    for (const auto& each : given.items("comparison/metrics")) {
        EXPECT_NE(each.at("a").is_null(), each.at("b").is_null());
        EXPECT_EQ(each.at("conclusion"), "insufficient_data");
    }
}

TEST_F(Compare, JoinsOnInputsWhereBothRunsHaveThem) {
    const auto a = gradient_run("agent_uuid"), b = gradient_run("second_agent_uuid");
    const auto given = w.get(path(a, b, "join=input&limit=1000"));
    ASSERT_EQ(given.status, 200) << given.body;
    EXPECT_EQ(given.at("comparison/coverage/verdicts/pairs"),
              w.get(path(a, b)).at("comparison/coverage/verdicts/pairs"));
    std::map<std::string, std::set<std::string>> inputs;
    for (const auto& run : {a, b})
        for (const auto& each : w.get(run_path(run) + "/results?limit=1000").items("data"))
            inputs[run + json::serialize(each.at("id"))].insert(json::serialize(each.at("input")));
    ASSERT_FALSE(given.items("data").empty());
    for (const auto& flip : given.items("data")) {
        EXPECT_EQ(flip.at("key").at("input_hash").as_string().size(), 32u);
        EXPECT_EQ(inputs[a + json::serialize(flip.at("a").at("result_id"))],
                  inputs[b + json::serialize(flip.at("b").at("result_id"))]);
    }
}

TEST_F(Compare, RefusesToJoinOnInputsThatAVendorDoesNotGive) {
    const auto given = w.get(path(gradient_run("agent_uuid"), staso_run("v1"), "join=input"));
    EXPECT_EQ(given.status, 422) << given.body;
    EXPECT_EQ(given.text("errors/0/pointer"), "join");
    EXPECT_NE(given.text("detail").find("gives no contents"), std::string::npos) << given.body;
}

TEST_F(Compare, RefusesToJoinOnInputsThatWereNotArchived) {
    auto options = asked_directly();
    options.archive = "enabled: false, inputs: false";
    world without(options);
    const auto run_id = without.finished_gradient_run();
    ASSERT_EQ(without.get(path(run_id, run_id, "join=input")).status, 200);
    ASSERT_EQ(without.post(run_path(run_id) + "/archive", "").status, 202);
    for (int i = 0; i < 400 && without.get(run_path(run_id) + "/archive").text("state") != "complete"; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto given = without.get(path(run_id, run_id, "join=input&min_pairs=5"));
    EXPECT_EQ(given.status, 422) << given.body;
    EXPECT_NE(given.text("detail").find("archived without"), std::string::npos) << given.body;
}

TEST_F(Compare, GivesNoStatisticsOfTooFewPairsAndSaysSo) {
    const auto a = staso_run("v1"), b = staso_run("v2");
    const auto given = w.get(path(a, b, "min_pairs=151&metric=hallucination&metric=nothing"));
    ASSERT_EQ(given.status, 200) << given.body;
    ASSERT_EQ(given.items("comparison/metrics").size(), 1u);
    for (const auto* member : {"agreement", "difference", "mcnemar", "rank_correlation", "threshold_equivalence"})
        EXPECT_TRUE(given.at(std::string("comparison/metrics/0/") + member).is_null()) << member;
    EXPECT_EQ(given.items("comparison/metrics/0/insufficient_data").size(), 5u);
    EXPECT_EQ(given.at("comparison/metrics/0/insufficient_data/0/pairs"), 150);
    EXPECT_EQ(given.at("comparison/metrics/0/insufficient_data/0/needed"), 151);
    EXPECT_EQ(given.text("comparison/not_measured/0"), "nothing");
    EXPECT_FALSE(given.items("data").empty()) << "flips are facts, however few";
}

TEST_F(Compare, SaysThatARunGoesOn) {
    const auto a = staso_run("v1");
    const auto b = w.start(R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                           R"("},"metrics":["task_completion_rate"]})");
    const auto given = w.get(path(a, b));
    ASSERT_EQ(given.status, 200) << given.body;
    EXPECT_EQ(given.at("comparison/complete"), false);
    EXPECT_EQ(given.at("comparison/b/terminal"), false);
    EXPECT_EQ(given.at("page/run_terminal"), false);
}

TEST_F(Compare, TellsOfRunsThatThereAreNotAndOfQueriesThatMeanNothing) {
    const auto a = staso_run("v1");
    EXPECT_EQ(w.get(path(a, "staso-box:nothing")).status, 404);
    EXPECT_EQ(w.get(path("nobody:x", a)).status, 404);
    for (const std::string query : {"join=prompt", "min_pairs=0", "flips=some", "metric=", "limit=5&page=2",
                                    "limit=1001", "cursor=x", "confidence=0.9"})
        EXPECT_EQ(w.get(path(a, a, query)).status, 400) << query;
    const auto b = staso_run("v2");
    const auto cursor = w.get(path(a, b, "limit=2")).text("page/next_cursor");
    EXPECT_EQ(w.get(path(b, a, "cursor=" + cursor)).status, 400) << "of another comparison";
    EXPECT_EQ(w.get(path(a, b, "join=input&cursor=" + cursor)).status, 400) << "made for another join";
    EXPECT_EQ(w.get(run_path(a) + "/verdicts?cursor=" + cursor).status, 400) << "of another kind of list";
    EXPECT_EQ(w.get(path(a, b, "cursor=" + cursor)).status, 200);
}

TEST_F(Compare, SurfacesWhatTheVendorFailsWith) {
    const auto a = staso_run("v1"), b = staso_run("v2");
    w.every_answer(R"({"do":"status","status":500})");
    const auto given = w.get(path(a, b));
    EXPECT_GE(given.status, 502) << given.body;
    EXPECT_EQ(given.text("source"), "provider");
}

} // namespace
} // namespace evalbridge::integration
