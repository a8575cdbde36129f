// Two gateways on one store: one of them asks the provider, both tell their clients.

#include "tests/integration/world.hpp"
#include "tests/support/test_store.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <limits>
#include <memory>
#include <thread>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;
using testing::both_engines;
using testing::engine_in_name;

/// One gateway more than the world's, on the same store and vendors.
class replica {
  public:
    replica(const configuration& config, testing::captured_log& log) : app_(std::make_unique<app>(config, log)) {
        const auto address = app_->listen_address();
        port_ = static_cast<unsigned short>(std::stoi(address.substr(address.rfind(':') + 1)));
        thread_ = std::thread([this] { app_->run(); });
    }
    ~replica() { end(); }
    void end() {
        if (!thread_.joinable())
            return;
        app_->drain();
        thread_.join();
    }
    answer get(const std::string& target) { return send(port_, "GET", target, "", {}); }
    answer post(const std::string& target, const std::string& body) { return send(port_, "POST", target, body, {}); }

  private:
    std::unique_ptr<app> app_;
    unsigned short port_ = 0;
    std::thread thread_;
};

class Replicas : public ::testing::TestWithParam<store_engine> {
  protected:
    void SetUp() override {
        sandbox::options chosen;
        chosen.speed = 1;
        sandbox_ = std::make_unique<sandbox::server>(chosen);
        ready_ = boost::json::parse(sandbox_->ready_line());
        sandbox_thread_ = std::thread([this] { sandbox_->run(); });
        std::ofstream(folder_.path() / "key") << sample("staso_api_key");
    }
    void TearDown() override {
        replicas_.clear();
        sandbox_->stop();
        sandbox_thread_.join();
    }

    std::string sample(std::string_view name) const { return std::string(ready_.at("samples").at(name).as_string()); }
    /// `more` are members of the provider's block, `root` lines of the document.
    replica& start(const std::string& more = "watch: {first_interval: 50ms, max_interval: 100ms}",
                   const std::string& root = "watch: {keep: false}\n") {
        const auto file = folder_.path() / "gateway.yaml";
        std::ofstream(file) << "server: {listen: \"127.0.0.1:0\", shards: 1, drain_notice: 0s}\nauth: none\nstore: \""
                            << database_.text() << "\"\n"
                            << root << "providers:\n  box: {vendor: staso, base_url: \""
                            << ready_.at("staso").as_string().c_str() << "\", api_key: \"file:key\", " << more << "}\n";
        auto loaded = load_configuration(file, vendors());
        if (auto* faults = std::get_if<std::vector<config::fault>>(&loaded))
            throw std::runtime_error(to_string(faults->front()));
        return *replicas_.emplace_back(std::make_unique<replica>(std::get<configuration>(loaded), log_));
    }
    answer vendor(const std::string& method, const std::string& target, const std::string& body = {}) {
        return send(sandbox_->staso_port(), method, target, body, {{"X-API-Key", sample("staso_api_key")}});
    }
    std::int64_t polls() {
        const auto counted = vendor("GET", "/__sandbox/calls").json();
        std::int64_t all = 0;
        for (const auto& [route, count] : counted.as_object())
            if (std::string_view(route).starts_with("GET /v1/eval/runs/") && !std::string_view(route).ends_with("y"))
                all += count.as_int64();
        return all;
    }
    void let_pass(int seconds) {
        vendor("POST", "/__sandbox/advance", "{\"seconds\":" + std::to_string(seconds) + "}");
    }
    std::string create(replica& on) {
        const auto made = on.post("/v1/runs", R"({"provider":"box","scope":{"agent_id":")" + sample("agent_id") +
                                                  R"("},"metrics":["task_completion_rate"]})");
        EXPECT_EQ(made.status, 201) << made.body;
        return made.text("runs/0/id");
    }
    template <class F> static bool eventually(F what, std::chrono::seconds within = 20s) {
        for (const auto until = std::chrono::steady_clock::now() + within; std::chrono::steady_clock::now() < until;
             std::this_thread::yield())
            if (what())
                return true;
        return false;
    }
    static std::int64_t metric(replica& of, const std::string& name) {
        const auto text = of.get("/metrics").body;
        const auto at = text.find("\n" + name);
        if (at == std::string::npos)
            return -1;
        const auto value = std::stod(text.substr(text.find(' ', at + name.size())));
        return value < 1e15 ? static_cast<std::int64_t>(value) : std::numeric_limits<std::int64_t>::max();
    }

    testing::test_database database_{GetParam()};
    testing::scratch_folder folder_;
    testing::captured_log log_;
    std::unique_ptr<sandbox::server> sandbox_;
    boost::json::value ready_;
    std::thread sandbox_thread_;
    std::vector<std::unique_ptr<replica>> replicas_;
};

TEST_P(Replicas, OneAsksTheProviderAndBothTellTheirClients) {
    auto& one = start();
    auto& two = start();
    const auto id = create(one);
    std::string first_stream;
    std::string second_stream;
    std::thread first([&] { first_stream = one.get(run_path(id) + "/events").body; });
    ASSERT_TRUE(eventually([&] { return metric(one, "evalbridge_watchers") == 1; }));
    std::thread second([&] { second_stream = two.get(run_path(id) + "/events").body; });
    ASSERT_TRUE(eventually([&] { return metric(two, "evalbridge_watchers") == 1; }));
    // Once both know of each other, only one of them goes on asking.
    const auto asked_by = [&](replica& of) { return metric(of, "evalbridge_watch_polls_total"); };
    ASSERT_TRUE(eventually([&] {
        const auto before_one = asked_by(one);
        const auto before_two = asked_by(two);
        const auto polled = polls();
        return eventually([&] { return polls() >= polled + 8; }) &&
               (asked_by(one) == before_one) != (asked_by(two) == before_two);
    }));
    while (one.get(run_path(id)).at("terminal") != true)
        let_pass(30);
    first.join();
    second.join();
    for (const auto& each : {first_stream, second_stream}) {
        EXPECT_NE(each.find("event: done"), std::string::npos) << each;
        EXPECT_NE(each.find("\"summary\":{"), std::string::npos) << each;
    }
}

TEST_P(Replicas, WhoWatchesIsFollowedWhenItEnds) {
    auto& one = start();
    auto& two = start();
    const auto id = create(one);
    std::thread first([&] { (void)one.get(run_path(id) + "/events"); });
    std::string stream;
    ASSERT_TRUE(eventually([&] { return metric(one, "evalbridge_watchers") == 1; }));
    std::thread second([&] { stream = two.get(run_path(id) + "/events").body; });
    ASSERT_TRUE(eventually([&] { return metric(two, "evalbridge_watchers") == 1; }));
    one.end();
    first.join();
    const auto before = metric(two, "evalbridge_watch_polls_total");
    const auto path = run_path(id);
    // On a slow machine the run itself has ended by then.
    ASSERT_TRUE(eventually([&] {
        return metric(two, "evalbridge_watch_polls_total") > before + 2 || two.get(path).at("terminal") == true;
    }));
    while (two.get(run_path(id)).at("terminal") != true)
        let_pass(30);
    second.join();
    EXPECT_NE(stream.find("event: done"), std::string::npos) << stream;
}

TEST_P(Replicas, ARunIsWatchedToItsEndWithoutAnyClientAndAfterARestart) {
    const std::string quick = "watch: {first_interval: 50ms, max_interval: 100ms}";
    auto& one = start(quick, "watch: {keep: true}\n");
    const auto id = create(one);
    one.end();
    const auto before = polls();
    auto& two = start(quick, "watch: {keep: true}\n");
    ASSERT_TRUE(eventually([&] { return polls() > before; }));
    const auto told = [&] { return metric(two, "evalbridge_runs_kept") == 0; };
    const auto ended = [&] {
        let_pass(30);
        return told() && polls() > before;
    };
    EXPECT_TRUE(eventually(ended));
    EXPECT_EQ(two.get(run_path(id)).at("terminal"), true);
}

TEST_P(Replicas, TogetherTheyKeepTheProvidersLimit) {
    vendor("PUT", "/__sandbox/scenario", R"({"staso":{"rate_limit":{"per_minute":40}}})");
    const std::string limited = "retry: {attempts: 1}, cache: {size: 0}, rate_limit: {per_minute: 40, per_hour: 0}";
    auto& one = start(limited);
    auto& two = start(limited);
    const auto id = create(one);
    ASSERT_TRUE(eventually(
        [&] { return metric(one, "evalbridge_rate_budget_remaining{provider=\"box\",window=\"minute\"") < 40; }));
    std::atomic<int> served{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&, &on = i % 2 ? one : two] {
            for (const auto until = std::chrono::steady_clock::now() + 4s; std::chrono::steady_clock::now() < until;)
                if (const auto a = on.get(run_path(id)); a.status == 200)
                    ++served;
        });
    for (auto& each : clients)
        each.join();
    EXPECT_GT(served, 15);
    // Each learns a second late of what the other sends, so the vendor may refuse one or two at the limit; without
    // sharing it would refuse half.
    const auto refused =
        "evalbridge_upstream_attempts_total{class=\"throttled\",operation=\"get_run\",provider=\"box\"";
    EXPECT_LE(metric(one, refused), 2);
    EXPECT_LE(metric(two, refused), 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, Replicas, both_engines(), engine_in_name);

} // namespace
} // namespace evalbridge::integration
