// Exports that break off, wait, are left, and are too many.

#include "tests/integration/exports.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(Exports, EndWithoutTheirLastChunkWhereTheVendorBreaksOff) {
    const auto id = big_staso(w, 900);
    w.scenario(std::string(R"({"staso":{"faults":[{"route":")") + verdicts_route +
               R"(","after":1,"do":"malformed"}]}})");
    slow_reader broken(w, run_path(id) + "/export?include=cursor", "Connection: close\r\n");
    const auto all = broken.rest();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_FALSE(all.ends_with("0\r\n\r\n"));
    EXPECT_THAT(all, HasSubstr(R"("rows":1000,"problem":{)"));
    EXPECT_THAT(all, HasSubstr("provider_malformed"));
    w.scenario("{}");
    EXPECT_EQ(lines_of(exported(w, id, "offset=1000")).size(), 1700u);
}

TEST_F(Exports, OutliveTheirRequestsDeadlinePageByPage) {
    const auto id = big_staso(w, 1400);
    w.scenario(std::string(R"({"staso":{"faults":[{"route":")") + verdicts_route + R"(","latency_ms":300}]}})");
    const auto began = std::chrono::steady_clock::now();
    const auto got = w.get(run_path(id) + "/export", {{"Request-Timeout", "1"}});
    EXPECT_GT(std::chrono::steady_clock::now() - began, 1s);
    EXPECT_EQ(lines_of(got.body).size(), 4200u);
}

TEST_F(Exports, GoOnWhenAPageFailsInPassing) {
    const auto id = big_staso(w, 900);
    const auto whole = exported(w, id, "format=ndjson");
    w.scenario(std::string(R"({"staso":{"faults":[{"route":")") + verdicts_route +
               R"(","after":1,"times":1,"do":"status","status":503}]}})");
    EXPECT_EQ(exported(w, id, "format=ndjson"), whole);
}

TEST_F(Exports, AreNotReadFurtherThanTheyAreWritten) {
    const auto id = big_staso(w, 20000); // 60 pages, some 40 MB
    const auto before = calls(w, verdicts_route);
    slow_reader slow(w, run_path(id) + "/export");
    EXPECT_THAT(slow.read(1000), StartsWith("HTTP/1.1 200 OK"));
    // What the system buffers on both sides takes some pages; then everything stands still.
    int read = -1;
    for (int now = calls(w, verdicts_route); now != read; now = calls(w, verdicts_route)) {
        read = now;
        std::this_thread::sleep_for(150ms);
    }
    EXPECT_LT(read - before, 30);
    slow.leave();
    while (w.get("/metrics").body.find("evalbridge_requests_exporting 0") == std::string::npos)
        std::this_thread::yield();
    EXPECT_LE(calls(w, verdicts_route), read + 1);
}

TEST_F(Exports, CallOffWhatIsReadForAClientThatHasGone) {
    const auto id = big_staso(w, 900);
    for (const auto* query : {"?format=ndjson", "?format=junit"}) {
        w.scenario(std::string(R"({"staso":{"faults":[{"route":")") + verdicts_route +
                   R"(","after":1,"do":"black_hole"}]}})");
        const auto before = calls(w, verdicts_route);
        slow_reader waiting(w, run_path(id) + "/export" + query);
        waiting.read(100);
        while (calls(w, verdicts_route) < before + 2)
            std::this_thread::yield();
        const auto left = std::chrono::steady_clock::now();
        waiting.leave();
        while (w.get("/metrics").body.find("evalbridge_requests_exporting 0") == std::string::npos)
            std::this_thread::yield();
        EXPECT_LT(std::chrono::steady_clock::now() - left, 5s); // a page's time is 30
    }
}

TEST(ExportLimits, RefuseOneMoreThanThereAreToBeAtOnce) {
    world w(one_shard(", max_exports: 1"));
    const auto id = big_staso(w, 20000);
    slow_reader first(w, run_path(id) + "/export");
    first.read(100);
    const auto second = w.get(run_path(id) + "/export");
    EXPECT_EQ(second.status, 503);
    EXPECT_EQ(second.text("code"), "overloaded");
    EXPECT_EQ(w.get(run_path(id)).status, 200);
    first.leave();
    while (w.get("/metrics").body.find("evalbridge_requests_exporting 0") == std::string::npos)
        std::this_thread::yield();
    EXPECT_EQ(w.get(run_path(id) + "/export?offset=59999").status, 200);
}

TEST(ExportLimits, BreakOffAReportThatHasNoRoom) {
    world w(one_shard(", max_spool: 1MiB"));
    const auto id = big_staso(w, 5000);
    slow_reader broken(w, run_path(id) + "/export?format=junit", "Connection: close\r\n");
    const auto all = broken.rest();
    EXPECT_THAT(all, HasSubstr("<!-- the export broke off: overloaded"));
    EXPECT_FALSE(all.ends_with("0\r\n\r\n"));
}

} // namespace
} // namespace evalbridge::integration
