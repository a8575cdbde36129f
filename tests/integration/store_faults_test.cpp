// The gateway while its store is on a failing disk, or its PostgreSQL is away.

#include "tests/integration/world.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/support/postgres.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using testing::disk_fault;
using testing::faulty_disk;
using testing::postgres_cluster;
using steady = std::chrono::steady_clock;

/// Asks `done` until it is, for so long at most; how long that took.
template <class F> steady::duration until(F done, steady::duration most) {
    const auto begun = steady::now();
    while (!done() && steady::now() - begun < most)
        std::this_thread::sleep_for(20ms);
    return steady::now() - begun;
}

/// Clients that start runs, each with a key of its own, and ask again until they have one.
class customers {
  public:
    explicit customers(world& in)
        : world_(in), spec_(R"({"provider":"gradient-box","name":"nightly","scope":{"test_case_id":")" +
                            in.sample("test_case_uuid") + R"(","agents":[")" + in.sample("agent_uuid") + "\"]}}") {}

    answer ask(int number) {
        auto given = world_.post("/v1/runs", spec_, {{"Idempotency-Key", "key-" + std::to_string(number)}});
        if (given.status == 201)
            acknowledged_.insert_or_assign(number, given.text("runs/0/id"));
        return given;
    }
    void ask_until_answered(int number) {
        answer last;
        const auto started = [&] { return (last = ask(number)).status == 201; };
        EXPECT_LT(until(started, 10s), 10s) << number << ": " << last.status << ' ' << last.body;
    }
    /// Every run that was acknowledged is there under its key, and the vendor was asked for each once.
    void expect_one_run_each(int keys) {
        for (const auto& [number, id] : std::map(acknowledged_)) {
            EXPECT_EQ(ask(number).text("runs/0/id"), id);
            EXPECT_EQ(world_.get(run_path(id)).status, 200);
        }
        EXPECT_EQ(acknowledged_.size(), static_cast<std::size_t>(keys));
        const auto calls = world_.gradient("GET", "/__sandbox/calls").json();
        EXPECT_EQ(calls.at("POST /v2/gen-ai/evaluation_runs").as_int64(), keys);
    }

  private:
    world& world_;
    std::string spec_;
    std::map<int, std::string> acknowledged_;
};

void expect_a_clear_refusal(const answer& given) {
    EXPECT_THAT(given.status, AnyOf(201, 503, 502, 409)) << given.body;
    if (given.status == 503) {
        EXPECT_EQ(given.text("code"), "store_unavailable") << given.body;
        EXPECT_EQ(given.text("source"), "gateway");
        EXPECT_EQ(given.at("retryable"), true);
        EXPECT_NE(given.field("retry-after"), "");
    }
}

struct StoreFaults : ::testing::Test {
    bool ready(world& w) { return w.get("/readyz").status == 200; }
};

TEST_F(StoreFaults, AtAnyWriteOfACreateLoseNoRunAndStartNoneTwice) {
    faulty_disk disk;
    world w;
    customers all(w);
    int keys = 0;
    for (int nth = 1; nth <= 16; ++nth) {
        disk.fail_at(nth, nth % 2 == 0 ? disk_fault::disk_full : disk_fault::io_error, false);
        expect_a_clear_refusal(all.ask(++keys));
        disk.mend();
        all.ask_until_answered(keys);
    }
    all.expect_one_run_each(keys);
}

TEST_F(StoreFaults, AFullDiskIsToldAndServiceIsBackOnceThereIsRoom) {
    faulty_disk disk;
    world w;
    customers all(w);
    all.ask_until_answered(1);
    EXPECT_TRUE(ready(w));
    disk.fail_at(1, disk_fault::disk_full, true);
    const auto refused = all.ask(2);
    EXPECT_EQ(refused.status, 503);
    expect_a_clear_refusal(refused);
    const auto told = w.get("/readyz");
    EXPECT_EQ(told.status, 503);
    EXPECT_EQ(told.text("status"), "store_unavailable");
    EXPECT_EQ(w.get("/healthz").status, 200);
    disk.mend();
    EXPECT_LT(until([&] { return ready(w); }, 5s), 3s);
    all.ask_until_answered(2);
    all.expect_one_run_each(2);
}

TEST_F(StoreFaults, PostgresqlThatIsStoppedAtOnceIsToldAndServiceIsBackWithIt) {
    postgres_cluster server;
    world_options options;
    options.store = server.tcp_url_of(server.make_database());
    world w(options);
    customers all(w);
    all.ask_until_answered(1);
    server.stop_immediately();
    EXPECT_LT(until([&] { return !ready(w); }, 5s), 2s);
    const auto begun = steady::now();
    const auto refused = all.ask(2);
    EXPECT_EQ(refused.status, 503);
    expect_a_clear_refusal(refused);
    EXPECT_LT(steady::now() - begun, 3s);
    server.start();
    EXPECT_LT(until([&] { return ready(w); }, 10s), 5s);
    all.ask_until_answered(2);
    all.expect_one_run_each(2);
}

} // namespace
} // namespace evalbridge::integration
