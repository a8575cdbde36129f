#include "tests/gateway/handlers/handler_world.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace evalbridge::testing {
namespace {

using Catalogue = handler_world;

TEST_F(Catalogue, AProviderTellsItsState) {
    const auto watching = join();
    const auto x = get("/v1/providers");
    ASSERT_EQ(x->status(), 200);
    const auto body = boost::json::parse((*x->answer)->body);
    const auto& state = body.at("data").at(0).at("state");
    EXPECT_EQ(state.at("breaker").at("state"), "closed");
    EXPECT_TRUE(state.at("breaker").at("retry_in_seconds").is_null());
    EXPECT_TRUE(state.at("rate_budget").at("minute").is_null()) << "no limit is known";
    EXPECT_TRUE(state.at("latency_ms").is_null());
    EXPECT_TRUE(state.at("last_error").is_null());
    EXPECT_EQ(state.at("watches"), 1);

    auto& p = *states.at("p");
    p.latency.add(std::chrono::milliseconds(100), time.now());
    p.failure.set({errc::provider_unavailable, "get_run", 503, time.wall_now()});
    for (unsigned i = 0; i < p.options.breaker.failures; ++i)
        p.breaker.failed(p.breaker.ask(time.now()), time.now());
    quota_told told;
    told.throttled = true;
    told.retry_after = std::chrono::milliseconds(6500);
    told.limit = 250;
    p.budget.told(told, time.now());
    const auto later = get("/v1/providers");
    const auto again = boost::json::parse((*later->answer)->body);
    const auto& sick = again.at("data").at(0).at("state");
    EXPECT_EQ(sick.at("breaker").at("state"), "open");
    EXPECT_EQ(sick.at("breaker").at("retry_in_seconds"), 30);
    EXPECT_EQ(sick.at("rate_budget").at("closed_for_seconds"), 7);
    EXPECT_EQ(sick.at("rate_budget").at("minute").at("limit"), 250);
    EXPECT_EQ(sick.at("latency_ms").at("count"), 1);
    EXPECT_EQ(sick.at("last_error").at("code"), "provider_unavailable");
    EXPECT_EQ(sick.at("last_error").at("status"), 503);
    EXPECT_EQ(sick.at("last_error").at("at"), "2025-10-09T08:53:20Z");
}

// Two vendors, asked at once; what becomes of the list where one of them can't be asked.
class MetricCatalogues : public handler_world {
  protected:
    MetricCatalogues() {
        auto second = std::make_unique<scripted_provider>("q");
        other = second.get();
        providers.add(std::move(second));
        asked->on_list_metrics = [this] { return of_p; };
        other->on_list_metrics = [this] { return of_q; };
    }
    static std::vector<metric_info> one(const std::string& provider, const std::string& name) {
        std::vector<metric_info> out(1);
        out[0].provider = provider;
        out[0].metric.name = out[0].metric.native_name = name;
        return out;
    }
    static error down() { return error(errc::provider_unavailable).because("It is down."); }
    boost::json::value list(query with = {}) { return boost::json::parse((*get("/v1/metrics", with)->answer)->body); }

    scripted_provider* other = nullptr;
    result<std::vector<metric_info>> of_p = one("p", "a");
    result<std::vector<metric_info>> of_q = one("q", "b");
};

TEST_F(MetricCatalogues, OfAllProvidersAreAskedForAtOnce) {
    unsigned others_asked = 0;
    asked->on_list_metrics = [&] {
        others_asked = other->catalogues;
        return of_p;
    };
    const auto body = list();
    EXPECT_EQ(others_asked, 1u);
    ASSERT_EQ(body.at("data").as_array().size(), 2u);
    EXPECT_EQ(body.at("data").at(0).at("name"), "a");
    EXPECT_EQ(body.at("data").at(1).at("name"), "b");
    EXPECT_EQ(body.at("page").at("total"), 2);
    EXPECT_FALSE(body.as_object().contains("failed"));
}

TEST_F(MetricCatalogues, OneThatIsDownTakesNoOthersWithIt) {
    of_p = down();
    const auto body = list();
    ASSERT_EQ(body.at("data").as_array().size(), 1u);
    EXPECT_EQ(body.at("data").at(0).at("provider"), "q");
    EXPECT_TRUE(body.at("page").at("total").is_null()) << "nobody knows how many there are";
    EXPECT_EQ(body.at("failed"),
              boost::json::parse(R"([{"provider":"p","code":"provider_unavailable","detail":"It is down."}])"));
}

TEST_F(MetricCatalogues, AreAnErrorWhereNobodyTellsThem) {
    of_p = down();
    of_q = error(errc::provider_malformed);
    EXPECT_EQ(get("/v1/metrics")->answer->error().code(), errc::provider_unavailable);
    EXPECT_EQ(get("/v1/metrics", {{"provider", "q"}})->answer->error().code(), errc::provider_malformed);
    of_q = one("q", "b");
    EXPECT_FALSE(list({{"provider", "q"}}).as_object().contains("failed"));
}

TEST_F(Catalogue, MetricsAreTextAndOpenUnlessAKeyIsAskedFor) {
    const auto x = get("/metrics");
    ASSERT_EQ(x->status(), 200);
    EXPECT_EQ((*x->answer)->content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_NE((*x->answer)->body.find("# TYPE evalbridge_watches gauge"), std::string::npos);
    EXPECT_FALSE(routes.find(verb::get, "/metrics").options->authenticated);
    router closed;
    all.metrics_need_key = true;
    add_operation_routes(closed, all);
    EXPECT_TRUE(closed.find(verb::get, "/metrics").options->authenticated);
    for (const auto* probe : {"/healthz", "/readyz", "/metrics"})
        EXPECT_EQ(routes.find(verb::get, probe).options->load, route_load::probe) << probe;
    EXPECT_EQ(routes.find(verb::get, "/v1/runs/a/events").options->load, route_load::waiting);
    EXPECT_EQ(routes.find(verb::get, "/v1/runs/a").options->waits_if_query, std::string("wait"));
}

} // namespace
} // namespace evalbridge::testing
