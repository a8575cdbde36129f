#include "tests/integration/hostile.hpp"

#include "tests/integration/openapi_check.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using std::chrono::steady_clock;

constexpr const char* patience = "5";         ///< seconds, where the answer comes by itself
constexpr const char* short_patience = "0.4"; ///< where it never comes

struct error_status {
    const char* code;
    int status;
};
constexpr error_status error_statuses[] = {
    {"not_found", 404},          {"provider_malformed", 502},   {"provider_rejected", 502},
    {"provider_throttled", 503}, {"provider_unavailable", 503}, {"deadline_exceeded", 504},
    {"indeterminate", 502},
};

bool is_good(int status) { return status >= 200 && status < 300; }

world_options options_with(bool tls, const std::string& keys) {
    world_options out;
    out.server = "shards: 1"; // so that one connection a vendor is what a quiet gateway keeps
    out.tls = tls;
    // A create that was sent keeps its connection for as long, whoever waits.
    out.staso_keys =
        "attempt_timeout: 4s, max_body: 1MiB, " + std::string(bare_provider) + (keys.empty() ? "" : ", " + keys);
    out.gradient_keys = out.staso_keys + ", catalogue_ttl: 0s";
    return out;
}

} // namespace

// What a vendor can make us leak. (The store opens its files when it first needs each.)
std::size_t sockets_open() {
    std::error_code gone;
    const auto is_socket = [&](const auto& each) {
        return std::filesystem::read_symlink(each, gone).string().starts_with("socket:");
    };
    return static_cast<std::size_t>(std::count_if(std::filesystem::directory_iterator("/proc/self/fd"), {}, is_socket));
}

/// Once the connections of what was asked last are closed at both ends.
static std::size_t sockets_open_when_quiet() {
    auto least = sockets_open();
    for (const auto limit = steady_clock::now() + 200ms; steady_clock::now() < limit; std::this_thread::yield())
        least = std::min(least, sockets_open());
    return least;
}

std::size_t peak_memory_kb() {
    std::ifstream status("/proc/self/status");
    std::string word;
    std::size_t kb = 0;
    while (status >> word)
        if (word == "VmHWM:")
            status >> kb;
    return kb;
}

HostileVendor::HostileVendor(bool tls, const std::string& keys) : w(options_with(tls, keys)) {
    list_operations();
    all_well();
    for (auto& each : operations) {
        each.plain = ask(each, patience).given;
        EXPECT_TRUE(is_good(each.plain.status)) << each.full_name() << " " << each.plain.body;
        expect_right(each, ask(each, patience).given, "without a fault: " + each.full_name());
    }
    sockets_open_ = sockets_open_when_quiet();
}

void HostileVendor::list_operations() {
    const auto finished_staso = run_path(w.finished_staso_run());
    const auto finished_gradient = run_path(w.finished_gradient_run());
    w.scenario(R"({"staso":{"runs":[{"end":"stuck","stuck_in":"pending","ignores_cancel":true}]},)"
               R"("gradient":{"runs":[{"end":"stuck","stuck_in":"QUEUED"}]}})");
    const auto staso_spec = R"({"provider":"staso-box","scope":{"session_id":")" + w.sample("session_id") +
                            R"("},"metrics":["error_rate"]})";
    const auto gradient_spec = R"({"provider":"gradient-box","scope":{"test_case_id":")" + w.sample("test_case_uuid") +
                               R"(","agents":[")" + w.sample("agent_uuid") + R"("]}})";
    const auto endless = run_path(w.start(staso_spec));
    const auto first = [&](const std::string& run) { return w.get(run + "/results?limit=1").text("data/0/id"); };
    operations = {
        {"create", "staso", "POST", "/v1/runs", staso_spec, "POST /v1/eval/runs"},
        {"cancel", "staso", "POST", endless + "/cancel", "", ""},
        {"create", "gradient", "POST", "/v1/runs", gradient_spec, "POST /v2/gen-ai/evaluation_runs"},
        {"metrics", "gradient", "GET", "/v1/metrics?provider=gradient-box", "", ""},
    };
    // Runs that go on: what is known of one that has ended is answered from the store where the vendor can't be read.
    operations.push_back({"run", "staso", "GET", run_path(w.start(staso_spec)), "", ""});
    operations.push_back({"run", "gradient", "GET", run_path(w.start(gradient_spec)), "", ""});
    for (const auto& [vendor, run] : {std::pair("staso", finished_staso), std::pair("gradient", finished_gradient)}) {
        operations.push_back({"raw run", vendor, "GET", run + "?include=raw", "", ""});
        operations.push_back({"results", vendor, "GET", run + "/results?limit=10", "", ""});
        operations.push_back({"result", vendor, "GET", run + "/results/" + first(run), "", ""});
        operations.push_back({"verdicts", vendor, "GET", run + "/verdicts?limit=10", "", ""});
        operations.push_back({"summary", vendor, "GET", run + "/summary", "", ""});
    }
}

void HostileVendor::meet(const std::string& members) {
    const auto for_vendor = [&](const char* vendor) {
        const bool met = std::any_of(operations.begin(), operations.end(),
                                     [&](const operation& each) { return each.vendor == vendor; });
        return met && !members.empty() ? "," + members : "";
    };
    w.scenario(R"({"staso":{"runs":[{"end":"stuck","ignores_cancel":true}])" + for_vendor("staso") +
               R"(},"gradient":{"rate_limit":null)" + for_vendor("gradient") + "}}");
}

void HostileVendor::all_well() { meet(""); }

told HostileVendor::ask(const operation& what, const char* timeout) const {
    const auto begun = steady_clock::now();
    told out;
    out.given = send(w.port(), what.method, what.target, what.body, {{"Request-Timeout", timeout}});
    out.took = std::chrono::ceil<std::chrono::milliseconds>(steady_clock::now() - begun);
    return out;
}

void HostileVendor::forget_counts() {
    w.staso("POST", "/__sandbox/reset");
    w.gradient("POST", "/__sandbox/reset");
}

std::int64_t HostileVendor::times_sent(const operation& create) {
    const auto calls =
        create.vendor == "staso" ? w.staso("GET", "/__sandbox/calls") : w.gradient("GET", "/__sandbox/calls");
    const auto counts = calls.json();
    const auto* count = counts.as_object().if_contains(create.creates);
    return count == nullptr ? 0 : count->to_number<std::int64_t>();
}

void HostileVendor::expect_right(const operation& of, const answer& given, const std::string& cell) {
    EXPECT_EQ(given.status, of.plain.status) << cell << "\n" << given.body;
    check_against_openapi(of.method, of.target, given);
    if (of.method == "GET")
        EXPECT_EQ(given.body, of.plain.body) << cell;
}

void HostileVendor::expect_told(const hostile& row, const operation& of, const told& what) {
    const auto cell = row.fault + " with "s + of.full_name();
    const auto seconds = std::stod(row.hangs ? short_patience : patience);
    EXPECT_LT(what.took, std::chrono::milliseconds(static_cast<int>(seconds * 1000)) + late_allowed) << cell;

    const auto& given = what.given;
    const bool good = is_good(given.status);
    if (row.outcome == comes::right)
        return expect_right(of, given, cell);
    check_against_openapi(of.method, of.target, given);
    const bool unread = of.name == "cancel"; // what a vendor says to a cancel tells less than the run it is about
    if (good && (row.outcome == comes::sound || (row.outcome == comes::error_if_read && unread)))
        return;
    EXPECT_FALSE(good) << cell << " is answered with " << given.status << "\n" << given.body.substr(0, 1500);
    if (good)
        return;

    const auto code = given.text("code");
    // The cause of a create's failure is in its detail: whether it has started a run is what matters.
    const bool lost = row.sent && !of.creates.empty() && code == "indeterminate";
    const bool expected =
        lost || std::any_of(row.codes.begin(), row.codes.end(), [&](auto* each) { return code == each; });
    EXPECT_TRUE(expected) << cell << " is told as\n" << given.body;
    for (const auto& each : error_statuses)
        if (code == each.code)
            EXPECT_EQ(given.status, each.status) << cell;
}

void HostileVendor::keep(const std::vector<std::string>& names) {
    std::erase_if(operations, [&](const operation& each) {
        return std::find(names.begin(), names.end(), each.full_name()) == names.end();
    });
    ASSERT_EQ(operations.size(), names.size());
}

void HostileVendor::expect_sent_once(const operation& create, const answer& given, const std::string& cell,
                                     bool reaches) {
    EXPECT_EQ(times_sent(create), reaches ? 1 : 0) << cell;
    if (!is_good(given.status) && reaches)
        EXPECT_EQ(given.at("retryable"), false) << cell << "\n" << given.body;
}

void HostileVendor::hold_one(const hostile& row, const operation& of) {
    const auto cell = row.fault + " with "s + of.full_name();
    if (!of.creates.empty())
        forget_counts();
    meet("\"faults\":[{" + std::string(row.fault) + "}]");
    const auto met = ask(of, patience);
    expect_told(row, of, met);
    if (!of.creates.empty())
        expect_sent_once(of, met.given, cell);
    all_well();
    expect_right(of, ask(of, patience).given, "after " + cell);
}

/// All operations side by side, since each takes as long as it may.
void HostileVendor::hold_at_once(const hostile& row) {
    forget_counts();
    meet("\"faults\":[{" + std::string(row.fault) + "}]");
    std::vector<std::future<told>> asked;
    for (const auto& each : operations)
        asked.push_back(std::async(std::launch::async, [&] { return ask(each, short_patience); }));
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto met = asked[i].get();
        expect_told(row, operations[i], met);
        if (!operations[i].creates.empty())
            expect_sent_once(operations[i], met.given, row.fault);
    }
    all_well();
    for (const auto& each : operations)
        expect_right(each, ask(each, patience).given, "after " + std::string(row.fault) + ": " + each.full_name());
}

void HostileVendor::hold(const std::vector<hostile>& faults) {
    for (const auto& row : faults) {
        const auto memory = peak_memory_kb();
        if (row.hangs)
            hold_at_once(row);
        else
            for (const auto& each : operations)
                hold_one(row, each);
        EXPECT_LT(peak_memory_kb(), memory + growth_allowed_kb) << row.fault;
        expect_nothing_left(row.fault);
        if (HasFatalFailure())
            return;
    }
}

void HostileVendor::expect_nothing_left(const std::string& after) {
    // What became of lost creates is looked for meanwhile, on connections of which both ends are here. A pool closes
    // those that were idle for too long when it is used, so it is. What leaks, leaks with every row.
    const auto most = sockets_open_ + 4;
    const auto limit = steady_clock::now() + 10s;
    while (sockets_open() > most && steady_clock::now() < limit) {
        w.get("/v1/metrics?provider=gradient-box");
        for (const auto& each : operations)
            if (each.name == "run")
                ask(each, patience);
        for (const auto next = steady_clock::now() + 400ms; steady_clock::now() < next && sockets_open() > most;)
            std::this_thread::yield();
    }
    EXPECT_LE(sockets_open(), most) << after << " leaves sockets open";
}

} // namespace evalbridge::integration
