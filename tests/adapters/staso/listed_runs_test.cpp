#include "tests/adapters/staso/staso_bench.hpp"

#include "adapters/staso/encode.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

using ::testing::ElementsAre;

const std::string id = "0123456789abcdef0123";
const std::string tag = "[eb-" + id + "]";

options with_list() {
    options o;
    o.list_runs = true;
    return o;
}

run_spec tagged_spec() {
    auto spec = small_spec();
    spec.tag = tag;
    return spec;
}

/// A server's runs, newest first, each a minute older than the one before it, from midday on; the n-th is called r<n>.
struct run_server {
    std::size_t runs = 0;
    std::size_t most_served = 1'000;
    std::optional<std::size_t> tagged;
    bool heeds_offset = true;
    bool oldest_first = false;

    std::string row(std::size_t n) const {
        char created[64];
        const auto minutes = 12 * 60 - static_cast<int>(n);
        std::snprintf(created, sizeof created, "2026-05-%02dT%02d:%02d:00Z", 10 + (minutes < 0 ? -1 : 0),
                      ((minutes + 48 * 60) / 60) % 24, (minutes + 48 * 60) % 60);
        return R"({"id":"r)" + std::to_string(n) + R"(","status":"completed","name":"smoke)" +
               (n == tagged ? " " + tag : std::string()) + R"(","created_at":")" + created + R"("})";
    }
    http_response operator()(const http_request& request) const {
        const auto number = [&](const std::string& name) {
            return std::stoul(request.target.substr(request.target.find(name + "=") + name.size() + 1));
        };
        const auto offset = heeds_offset ? number("offset") : 0;
        const auto limit = std::min<std::size_t>(number("limit"), most_served);
        http_response out;
        out.status = 200;
        std::string body = R"({"runs":[)";
        for (auto n = offset; n < runs && n < offset + limit; ++n)
            body += (n > offset ? "," : "") + row(oldest_first ? runs - 1 - n : n);
        body += "]}";
        out.body = std::move(body);
        return out;
    }
};

TEST(StasoCreate, SendsTheTagInTheNameAndTakesItOffTheEcho) {
    for (const auto& name : {std::optional<std::string>("smoke"), std::optional<std::string>()}) {
        bench b;
        const auto asked = name.value_or("evalbridge run");
        b.wire.push(201, R"({"id":"r1","status":"pending","name":")" + asked + " " + tag + R"("})");
        auto spec = tagged_spec();
        spec.name = name;
        const auto started = b.run(b.provider().create_runs(spec, b.any_call));
        ASSERT_TRUE(started);
        EXPECT_EQ(boost::json::parse(b.wire.requests[0].body).at("name").as_string(), asked + " " + tag);
        EXPECT_EQ(started->front().name, asked);
        EXPECT_EQ(started->front().create_id, id);
        EXPECT_EQ(started->front().mapping[0].member, "name");
        EXPECT_EQ(started->front().mapping[0].kind, note_kind::derived);
    }
}

TEST(StasoCreate, KeepsALongNameShortEnoughForTheTag) {
    bench b;
    b.wire.push(201, R"({"id":"r1","status":{}})");
    auto spec = tagged_spec();
    spec.name = std::string(255, 'x');
    const auto started = b.run(b.provider().create_runs(spec, b.any_call));
    ASSERT_TRUE(started);
    EXPECT_EQ(started->front().name, spec.name) << "made of the spec, as the vendor's can't be read";
    const auto body = boost::json::parse(b.wire.requests[0].body);
    const std::string_view sent = body.at("name").as_string();
    EXPECT_EQ(sent.size(), 255u);
    EXPECT_TRUE(sent.ends_with(" " + tag));
}

TEST(StasoGet, TakesTheTagOffTheNameButNotOffRaw) {
    bench b;
    b.wire.push(200, R"({"id":"r1","status":"running","name":"smoke )" + tag + R"("})");
    read_options raw;
    raw.raw = true;
    const auto found = b.run(b.provider().get_run("r1", raw, b.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "smoke");
    EXPECT_EQ(found->create_id, id);
    EXPECT_NE(found->raw->view().find(tag), std::string::npos);
}

TEST(StasoListRuns, IsOnlyForAccountsThatHaveTheRoute) {
    bench b;
    EXPECT_FALSE(b.provider().can().lists_runs);
    const auto listed = b.run(b.provider().list_runs({}, b.any_call));
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code(), errc::unsupported);
    EXPECT_EQ(listed.error().provider()->name, "staso-test");
    EXPECT_EQ(b.run(b.provider().find_started(tagged_spec(), b.any_call)).error().code(), errc::unsupported);
    EXPECT_TRUE(b.wire.requests.empty());
    bench on({}, with_list());
    EXPECT_TRUE(on.provider().can().lists_runs);
    EXPECT_FALSE(on.provider().can().lists_runs_by_test_case);
}

TEST(StasoListRuns, HasNoTestCases) {
    bench b({}, with_list());
    run_listing which;
    which.test_case_id = "tc-1";
    const auto listed = b.run(b.provider().list_runs(which, b.any_call));
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code(), errc::unsupported);
    EXPECT_EQ(listed.error().faults().at(0).pointer, "/test_case_id");
    EXPECT_TRUE(b.wire.requests.empty());
}

TEST(StasoListRuns, ReadsAnyEnvelope) {
    const std::string rows = R"([{"run_id":"r1","name":"smoke )" + tag + R"("},{"id":"r2","status":"running"}])";
    for (const auto& body : {rows, R"({"runs":)" + rows + "}", R"({"items":)" + rows + "}", R"({"data":)" + rows + "}",
                             R"({"results":)" + rows + "}", R"({"data":{"runs":)" + rows + "}}"}) {
        bench b({}, with_list());
        b.wire.push(200, body);
        b.wire.push(200, "[]");
        const auto listed = b.run(b.provider().list_runs({}, b.any_call));
        ASSERT_TRUE(listed) << listed.error().detail();
        ASSERT_EQ(listed->size(), 2u) << body;
        EXPECT_EQ((*listed)[0].id, "staso-test:r1");
        EXPECT_EQ((*listed)[0].name, "smoke");
        EXPECT_EQ((*listed)[0].create_id, id);
        EXPECT_EQ((*listed)[0].status, run_status::unknown) << "a list may leave it out";
        EXPECT_EQ((*listed)[1].status, run_status::running);
    }
}

TEST(StasoListRuns, RefusesWhatIsNoList) {
    for (const auto* body : {"{}", "null", "42", R"({"runs":{}})", R"({"runs":[{"name":"x"}]})", "", "<html>"}) {
        bench b({}, with_list());
        b.wire.push(200, body);
        const auto listed = b.run(b.provider().list_runs({}, b.any_call));
        ASSERT_FALSE(listed) << body;
        EXPECT_EQ(listed.error().code(), errc::provider_malformed) << body;
        EXPECT_EQ(listed.error().provider()->status, 200) << body;
    }
}

TEST(StasoListRuns, SaysThatTheRouteIsNotThere) {
    for (const int status : {404, 405, 410}) {
        bench b({}, with_list());
        b.wire.push(status, R"({"detail":"Not Found"})");
        const auto listed = b.run(b.provider().list_runs({}, b.any_call));
        ASSERT_FALSE(listed);
        EXPECT_EQ(listed.error().code(), errc::unsupported);
        EXPECT_EQ(listed.error().source(), error_source::provider);
    }
}

TEST(StasoListRuns, WalksTheListToItsEndWhateverTheServerServes) {
    for (const std::size_t runs : {0u, 1u, 99u, 100u, 101u, 250u, 300u})
        for (const std::size_t most_served : {7u, 50u, 100u, 1'000u}) {
            run_server server;
            server.runs = runs;
            server.most_served = most_served;
            bench b(server, with_list());
            const auto listed = b.run(b.provider().list_runs({}, b.any_call));
            ASSERT_TRUE(listed) << listed.error().detail();
            EXPECT_EQ(listed->size(), runs) << most_served << " a page";
            EXPECT_LE(b.wire.requests.size(), runs / std::min<std::size_t>(most_served, 100) + 2);
        }
}

TEST(StasoListRuns, EndsWhereTheServerServesTheSameAgain) {
    run_server server;
    server.runs = 300;
    server.heeds_offset = false;
    bench b(server, with_list());
    const auto listed = b.run(b.provider().list_runs({}, b.any_call));
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->size(), 100u);
    EXPECT_EQ(b.wire.requests.size(), 2u);
}

TEST(StasoListRuns, SendsBothNumbersAndTheQueryOfTheConfiguration) {
    auto how = with_list();
    how.paths.list = "/v2/runs";
    how.extra_query = {{"workspace", "a b"}};
    run_server server;
    server.runs = 150;
    bench b(server, std::move(how));
    ASSERT_TRUE(b.run(b.provider().list_runs({}, b.any_call)));
    EXPECT_EQ(b.target(0), "/v2/runs?limit=100&offset=0&workspace=a%20b");
    EXPECT_EQ(b.target(1), "/v2/runs?limit=100&offset=100&workspace=a%20b");
    EXPECT_EQ(b.wire.requests.size(), 2u);
    EXPECT_EQ(b.wire.calls[0].operation, "list_runs");
    EXPECT_TRUE(b.wire.kept.empty());
}

TEST(StasoListRuns, GivesTheFirstFiveThousandOfAnEndlessList) {
    run_server server;
    server.runs = 1'000'000;
    bench b(server, with_list());
    const auto listed = b.run(b.provider().list_runs({}, b.any_call));
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->size(), 5'000u);
    EXPECT_EQ(b.wire.requests.size(), 50u);
}

TEST(StasoFindStarted, StopsWhereItFoundTheRun) {
    run_server server;
    server.runs = 1'000;
    server.tagged = 130;
    bench b(server, with_list());
    const auto found = b.run(b.provider().find_started(tagged_spec(), b.any_call));
    ASSERT_TRUE(found) << found.error().detail();
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().id, "staso-test:r130");
    EXPECT_EQ(found->front().name, "smoke");
    EXPECT_EQ(found->front().create_id, id);
    EXPECT_EQ(b.wire.requests.size(), 2u);
    EXPECT_EQ(b.wire.calls[0].operation, "find_started");
}

TEST(StasoFindStarted, LooksNoFurtherBackThanTheCreate) {
    run_server server;
    server.runs = 1'000'000;
    auto spec = tagged_spec();
    spec.asked_at = parse_timestamp("2026-05-10T11:00:00Z"); // the 60th is as old
    bench b(server, with_list());
    const auto none = b.run(b.provider().find_started(spec, b.any_call));
    ASSERT_TRUE(none) << none.error().detail();
    EXPECT_TRUE(none->empty());
    EXPECT_EQ(b.wire.requests.size(), 1u);
}

TEST(StasoFindStarted, AllowsForClocksThatAreApart) {
    run_server server;
    server.runs = 1'000;
    server.tagged = 65; // five minutes before it was asked for
    auto spec = tagged_spec();
    spec.asked_at = parse_timestamp("2026-05-10T11:00:00Z");
    bench b(server, with_list());
    const auto found = b.run(b.provider().find_started(spec, b.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 1u);
}

TEST(StasoFindStarted, ReadsOnWhereTheListIsNotNewestFirst) {
    run_server server;
    server.runs = 300;
    server.tagged = 3;
    server.oldest_first = true;
    auto spec = tagged_spec();
    spec.asked_at = parse_timestamp("2026-05-10T11:50:00Z");
    bench b(server, with_list());
    const auto found = b.run(b.provider().find_started(spec, b.any_call));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().id, "staso-test:r3");
}

TEST(StasoFindStarted, DoesNotTakeAListThatItDidNotReadToTheEndForOneWithoutTheRun) {
    run_server server;
    server.runs = 1'000'000;
    bench b(server, with_list());
    const auto unknown = b.run(b.provider().find_started(tagged_spec(), b.any_call));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code(), errc::unsupported);
    EXPECT_NE(unknown.error().detail().find("5000"), std::string::npos);
}

TEST(StasoFindStarted, CannotLookWithoutATag) {
    bench b({}, with_list());
    const auto untagged = b.run(b.provider().find_started(small_spec(), b.any_call));
    ASSERT_FALSE(untagged);
    EXPECT_EQ(untagged.error().code(), errc::unsupported);
    EXPECT_TRUE(b.wire.requests.empty());
}

} // namespace
} // namespace evalbridge::staso
