// A run's verdicts as one stream: the same as the list of verdicts has, whole or visibly broken off.

#include "tests/integration/exports.hpp"

#include "base/percent.hpp"
#include "upstream/transport/gzip.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <thread>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

void archive(world& w, const std::string& run_id) {
    ASSERT_EQ(w.post(run_path(run_id) + "/archive", "").status, 202);
    for (int i = 0; i < 400 && w.get(run_path(run_id) + "/archive").text("state") != "complete"; ++i)
        std::this_thread::sleep_for(20ms);
    ASSERT_EQ(w.get(run_path(run_id) + "/archive").text("state"), "complete");
}

/// The elements of a page's `data`, with the commas between them.
std::string data_of(const answer& page) {
    const std::string begin = R"({"data":[)";
    const auto end = page.body.rfind(R"(],"page":)");
    EXPECT_TRUE(page.body.starts_with(begin) && end != std::string::npos) << page.body.substr(0, 300);
    return page.body.substr(begin.size(), end - begin.size());
}

/// All of a filtered list, as the list of verdicts gives it.
std::string listed(world& w, const std::string& run_id, const std::string& filter) {
    std::string all;
    for (auto target = run_path(run_id) + "/verdicts?limit=1000" + filter;;) {
        const auto page = w.get(target);
        EXPECT_EQ(page.status, 200) << target << page.body;
        const auto part = data_of(page);
        all += all.empty() || part.empty() ? part : "," + part;
        if (page.status != 200 || page.at("page/next_cursor").is_null())
            return all;
        target = run_path(run_id) + "/verdicts?cursor=" + page.text("page/next_cursor");
    }
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& each : lines)
        out += (out.empty() ? "" : ",") + each;
    return out;
}

std::vector<std::string> filters_of(world& w, const std::string& run_id) {
    const auto some = w.get(run_path(run_id) + "/verdicts?limit=1");
    const auto metric = encode_query(some.text("data/0/metric/name"));
    const auto trace = encode_query(some.text("data/0/trace_id"));
    return {"",
            "&passed=true",
            "&passed=false",
            "&passed=null",
            "&metric=" + metric,
            "&metric=" + metric + "&passed=false",
            "&level=all",
            "&level=span",
            "&trace_id=" + trace,
            "&metric=nothing",
            "&include=raw"};
}

std::string big_gradient(world& w, int prompts) {
    const auto id = w.start(R"({"provider":"gradient-box","name":"n","scope":{"test_case_id":"synthetic-)" +
                            std::to_string(prompts) + R"(x3","agents":[")" + w.sample("agent_uuid") + R"("]}})");
    w.finish(id);
    return id;
}

std::string unpacked(const std::string& packed) {
    std::string out;
    EXPECT_EQ(gunzip(packed, 64 * 1024 * 1024, out), gunzip_outcome::ok);
    return out;
}

void expect_the_list_of_verdicts(world& w, const std::string& id) {
    const auto filters = filters_of(w, id);
    std::map<std::string, std::string> live;
    for (const auto& each : filters) {
        live[each] = exported(w, id, "format=ndjson" + each);
        EXPECT_EQ(joined(lines_of(live[each])), listed(w, id, each)) << id << each;
    }
    EXPECT_GT(lines_of(live[""]).size(), 20u);
    const auto csv = exported(w, id, "format=csv&level=all");
    const auto junit = exported(w, id, "format=junit&level=all");
    archive(w, id);
    w.every_answer(R"({"do":"status","status":500})");
    for (const auto& each : filters)
        EXPECT_EQ(exported(w, id, "format=ndjson" + each), live[each]) << id << each;
    EXPECT_EQ(exported(w, id, "format=csv&level=all"), csv);
    EXPECT_EQ(exported(w, id, "format=junit&level=all"), junit);
    w.scenario(unlimited);
}

TEST_F(Exports, OfOneVendorAreTheListOfVerdictsLiveAndArchived) {
    expect_the_list_of_verdicts(w, w.finished_staso_run());
}
TEST_F(Exports, OfAnotherVendorAreTheListOfVerdictsLiveAndArchived) {
    expect_the_list_of_verdicts(w, w.finished_gradient_run());
}

void expect_to_go_on_from_anywhere(world& w, const std::string& id) {
    for (const std::string filter : {"", "&passed=false", "&metric=hallucination"}) {
        const auto whole = lines_of(exported(w, id, "format=ndjson" + filter));
        const auto marked = lines_of(exported(w, id, "format=ndjson&include=cursor" + filter));
        std::vector<std::string> rows;
        std::vector<boost::json::value> marks;
        for (const auto& each : marked) {
            if (!each.starts_with(R"({"cursor":)")) {
                rows.push_back(each);
                continue;
            }
            marks.push_back(boost::json::parse(each));
            EXPECT_EQ(marks.back().at("rows").to_number<std::size_t>(), rows.size());
        }
        EXPECT_EQ(rows, whole);
        ASSERT_FALSE(marks.empty());
        EXPECT_TRUE(marks.back().at("cursor").is_null());
        marks.pop_back();
        for (const auto& mark : marks) {
            const auto from = mark.at("rows").to_number<std::size_t>();
            const auto rest = lines_of(exported(w, id, "cursor=" + std::string(mark.at("cursor").as_string().c_str())));
            std::vector<std::string> left;
            for (const auto& each : rest)
                if (!each.starts_with(R"({"cursor":)"))
                    left.push_back(each);
            EXPECT_EQ(left, std::vector(whole.begin() + static_cast<long>(from), whole.end())) << id << filter;
        }
        for (const std::size_t from : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size()}) {
            if (from > whole.size())
                continue;
            const auto rest = lines_of(exported(w, id, "offset=" + std::to_string(from) + filter));
            EXPECT_EQ(rest, std::vector(whole.begin() + static_cast<long>(from), whole.end())) << id << filter;
        }
    }
    const auto csv = exported(w, id, "format=csv");
    const auto rest = exported(w, id, "format=csv&offset=100");
    EXPECT_TRUE(csv.ends_with(rest));
    EXPECT_THAT(csv, StartsWith("run_id,verdict_id,"));
    EXPECT_EQ(exported(w, id, "format=csv&bom=true"), "\xEF\xBB\xBF" + csv);
}

TEST_F(Exports, GoOnByCursorAndByOffsetFromAnyRow) { expect_to_go_on_from_anywhere(w, big_staso(w, 400)); }
TEST_F(Exports, GoOnByCursorAndByOffsetInsideItems) { expect_to_go_on_from_anywhere(w, big_gradient(w, 250)); }

TEST_F(Exports, SayWhatTheyAreAndHowTheRunStands) {
    const auto id = w.finished_staso_run();
    const auto target = run_path(id) + "/export";
    const auto got = w.get(target);
    EXPECT_EQ(got.field("content-type"), "application/x-ndjson");
    EXPECT_EQ(got.field("vary"), "Accept-Encoding");
    EXPECT_EQ(got.field("cache-control"), "no-store");
    EXPECT_EQ(got.field("x-run-status"), "completed");
    EXPECT_EQ(got.field("x-run-terminal"), "true");
    EXPECT_THAT(got.field("content-disposition"), HasSubstr(".ndjson\""));
    EXPECT_EQ(got.field("content-encoding"), "");
    EXPECT_EQ(w.get(target + "?format=csv").field("content-type"), "text/csv; charset=utf-8");
    const auto head = w.request("HEAD", target, "", {});
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(w.request("OPTIONS", target, "", {}).field("allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(w.get(target + "?format=xml").status, 400);
    EXPECT_EQ(w.get(run_path("staso-box:11111111-1111-4111-8111-111111111111") + "/export").status, 404);
    const auto going = big_staso(w, 100, false);
    const auto part = w.get(run_path(going) + "/export");
    EXPECT_EQ(part.field("x-run-terminal"), "false");
    EXPECT_EQ(w.get(run_path(going) + "/export?require_terminal=true").status, 409);
    EXPECT_EQ(w.get(target + "?require_terminal=true").body, got.body);
}

TEST_F(Exports, ArePackedForWhoAsks) {
    const auto id = big_staso(w, 500);
    const auto target = run_path(id) + "/export?format=csv";
    const auto plain = w.get(target);
    const auto packed = w.get(target, {{"Accept-Encoding", "br, gzip;q=0.8"}});
    EXPECT_EQ(packed.field("content-encoding"), "gzip");
    EXPECT_EQ(packed.field("vary"), "Accept-Encoding");
    EXPECT_LT(packed.body.size(), plain.body.size() / 3);
    EXPECT_EQ(unpacked(packed.body), plain.body);
    EXPECT_EQ(w.get(target, {{"Accept-Encoding", "gzip;q=0"}}).field("content-encoding"), "");
}

TEST_F(Exports, AsJunitHaveASuiteForEachMetric) {
    const auto id = big_staso(w, 300);
    const auto report = exported(w, id, "format=junit");
    EXPECT_THAT(report, StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" + id));
    const auto summary = w.get(run_path(id) + "/summary");
    EXPECT_THAT(report, HasSubstr("tests=\"900\" failures=\"" + summary.text("failed") + "\""));
    std::size_t suites = 0;
    for (auto at = report.find("<testsuite "); at != std::string::npos; at = report.find("<testsuite ", at + 1))
        ++suites;
    EXPECT_EQ(suites, 3u);
    EXPECT_TRUE(report.ends_with("  </testsuite>\n</testsuites>\n"));
}

} // namespace
} // namespace evalbridge::integration
