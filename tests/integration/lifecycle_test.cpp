// A gateway that is told to stop finishes what it has begun.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <future>

namespace evalbridge::integration {
namespace {

TEST(Drain, FinishesWhatIsInFlightAndTakesNothingNew) {
    world_options options;
    options.staso_keys = bare_provider;
    world w(options);
    const auto id = w.finished_staso_run();
    w.every_answer(R"({"latency_ms":400})");
    const auto before = w.staso("GET", "/__sandbox/calls").body;
    auto in_flight = std::async(std::launch::async, [&] { return send(w.port(), "GET", run_path(id), "", {}); });
    while (w.staso("GET", "/__sandbox/calls").body == before)
        std::this_thread::yield(); // until the request has come to the vendor
    w.gateway().drain();
    const auto given = in_flight.get();
    EXPECT_EQ(given.status, 200);
    EXPECT_EQ(given.field("connection"), "close");
    bool refused = false;
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
         !refused && std::chrono::steady_clock::now() < end;) {
        try {
            send(w.port(), "GET", "/healthz", "", {});
        } catch (const std::exception&) {
            refused = true;
        }
    }
    EXPECT_TRUE(refused) << "the port is closed in the end";
}

TEST(Drain, AnswersWhatOutlastsTheGracePeriod) {
    world_options options;
    options.server = "shards: 1, drain_grace: 100ms";
    options.staso_keys = bare_provider;
    world w(options);
    const auto id = w.finished_staso_run();
    w.every_answer(R"({"do":"black_hole"})");
    const auto before = w.staso("GET", "/__sandbox/calls").body;
    auto in_flight = std::async(std::launch::async, [&] { return send(w.port(), "GET", run_path(id), "", {}); });
    while (w.staso("GET", "/__sandbox/calls").body == before)
        std::this_thread::yield();
    w.gateway().drain();
    const auto given = in_flight.get();
    EXPECT_EQ(given.status, 503) << given.body;
    EXPECT_EQ(given.text("code"), "overloaded");
    EXPECT_EQ(given.text("source"), "gateway");
    EXPECT_EQ(given.field("connection"), "close");
    EXPECT_TRUE(w.log().has("draining"));
}

TEST(StartUp, RefusesAPortThatIsTaken) {
    world w;
    configuration config;
    config.settings.server.port = w.port();
    testing::captured_log log;
    EXPECT_THROW(app(std::move(config), log), start_up_error);
}

} // namespace
} // namespace evalbridge::integration
