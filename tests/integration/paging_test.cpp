// Paging over HTTP: every style on every vendor, walked to its end.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <set>

namespace evalbridge::integration {
namespace {

struct Paging : ::testing::Test {
    world w;

    // Ids of a whole list, by offset, by page number, by cursor, and by following Link: next.
    std::vector<std::string> by_offset(const std::string& list, const std::string& filter, int limit) {
        return walk([&](int n) {
            return list + "?limit=" + std::to_string(limit) + "&offset=" + std::to_string(n * limit) + filter;
        });
    }
    std::vector<std::string> by_number(const std::string& list, const std::string& filter, int limit) {
        return walk([&](int n) {
            return list + "?page=" + std::to_string(n + 1) + "&per_page=" + std::to_string(limit) + filter;
        });
    }
    std::vector<std::string> by_cursor(const std::string& list, const std::string& filter, int limit) {
        return walk([&](int n) {
            return n == 0 ? list + "?limit=" + std::to_string(limit) + filter : list + "?cursor=" + last_cursor;
        });
    }
    std::vector<std::string> by_link(const std::string& list, const std::string& filter, int limit) {
        return walk([&](int n) { return n == 0 ? list + "?limit=" + std::to_string(limit) + filter : last_next; });
    }

    template <class Target> std::vector<std::string> walk(Target target) {
        std::vector<std::string> ids;
        for (int n = 0; n < 2000; ++n) {
            const auto page = w.get(target(n));
            EXPECT_EQ(page.status, 200) << page.body;
            if (page.status != 200)
                return ids;
            for (const auto& each : page.items("data"))
                ids.emplace_back(each.at("id").as_string());
            const auto next = page.at("page/next_cursor");
            EXPECT_EQ(page.at("page/has_more"), next.is_string());
            if (!next.is_string()) {
                EXPECT_EQ(page.at("page/total"), ids.size());
                return ids;
            }
            last_cursor = next.as_string();
            last_next = next_link(page.field("link"));
        }
        ADD_FAILURE() << "the walk doesn't end";
        return ids;
    }

    static std::string next_link(const std::string& links) {
        const auto rel = links.find("rel=\"next\"");
        if (rel == std::string::npos)
            return "";
        const auto open = links.rfind('<', rel);
        return links.substr(open + 1, links.find('>', open) - open - 1);
    }

    std::string last_cursor;
    std::string last_next;
};

TEST_F(Paging, GivesEachItemOnceInEveryStyleOnEveryVendor) {
    w.scenario(R"({"gradient":{"rate_limit":null}})");
    for (const auto& id : {w.finished_staso_run(), w.finished_gradient_run()})
        for (const auto& list : {run_path(id) + "/verdicts", run_path(id) + "/results"})
            for (const auto* filter : {"", "&passed=false", "&passed=null", "&trace_id=none-such"}) {
                const auto whole = by_offset(list, filter, 1000);
                const std::set<std::string> distinct(whole.begin(), whole.end());
                EXPECT_EQ(distinct.size(), whole.size()) << list << filter;
                EXPECT_EQ(by_offset(list, filter, 61), whole) << list << filter;
                EXPECT_EQ(by_number(list, filter, 61), whole) << list << filter;
                EXPECT_EQ(by_cursor(list, filter, 61), whole) << list << filter;
                EXPECT_EQ(by_link(list, filter, 61), whole) << list << filter;
            }
}

TEST_F(Paging, FiltersByMetricTraceAndLevel) {
    const auto id = w.finished_gradient_run();
    const auto list = run_path(id) + "/verdicts";
    const auto all = w.get(list + "?limit=1000");
    const auto metric = all.text("data/0/metric/native_name");
    const auto trace = all.text("data/0/trace_id");
    std::size_t same_metric = 0, same_trace = 0;
    for (const auto& each : all.items("data")) {
        same_metric += each.at("metric").at("native_name").as_string() == metric;
        same_trace += each.at("trace_id").as_string() == trace;
    }
    std::string encoded;
    for (const char c : metric)
        encoded += c == ' ' ? std::string("%20") : std::string(1, c);
    EXPECT_EQ(w.get(list + "?limit=1000&metric=" + encoded).items("data").size(), same_metric);
    EXPECT_EQ(w.get(list + "?limit=1000&trace_id=" + trace).items("data").size(), same_trace);
    const auto spans = w.get(list + "?limit=1000&level=span");
    ASSERT_FALSE(spans.items("data").empty());
    for (const auto& each : spans.items("data"))
        EXPECT_TRUE(each.at("span").is_object());
    EXPECT_EQ(w.get(list + "?limit=1000&level=all").items("data").size(),
              all.items("data").size() + spans.items("data").size());
}

TEST_F(Paging, RefusesACursorThatBelongsElsewhere) {
    const auto staso = w.finished_staso_run();
    const auto gradient = w.finished_gradient_run();
    const auto cursor = w.get(run_path(staso) + "/verdicts?limit=5").text("page/next_cursor");
    for (const auto& target :
         {run_path(gradient) + "/verdicts?cursor=" + cursor, run_path(staso) + "/results?cursor=" + cursor,
          run_path(staso) + "/verdicts?limit=6&cursor=" + cursor,
          run_path(staso) + "/verdicts?passed=true&cursor=" + cursor,
          run_path(staso) + "/verdicts?cursor=" + cursor + "A", run_path(staso) + "/verdicts?cursor=x"}) {
        const auto refused = w.get(target);
        EXPECT_EQ(refused.status, 400) << target;
        EXPECT_EQ(refused.text("errors/0/in"), "query");
    }
    EXPECT_EQ(w.get(run_path(staso) + "/verdicts?limit=5&cursor=" + cursor).status, 200);
}

TEST_F(Paging, AsksTheVendorForNoMoreThanAWindowNeeds) {
    const auto id = w.finished_gradient_run();
    const auto calls_for = [&](const std::string& target, const std::string& route) {
        w.gradient("POST", "/__sandbox/reset");
        EXPECT_EQ(w.get(target).status, 200);
        const auto counts = w.gradient("GET", "/__sandbox/calls").json();
        const auto* count = counts.as_object().if_contains(route);
        return count ? count->to_number<int>() : 0;
    };
    const std::string pages = "GET /v2/gen-ai/evaluation_runs/{evaluation_run_uuid}/results";
    EXPECT_EQ(calls_for(run_path(id) + "/results?limit=20&offset=20", pages), 1);
    EXPECT_EQ(calls_for(run_path(id) + "/results?limit=7&offset=13", pages), 1);
    EXPECT_EQ(calls_for(run_path(id) + "/verdicts?limit=10", pages), 1);
}

} // namespace
} // namespace evalbridge::integration
