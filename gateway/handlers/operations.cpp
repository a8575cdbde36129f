// Whether the process lives, whether it takes requests, what it counts and what it serves.

#include "gateway/handlers/openapi.hpp"
#include "gateway/handlers/services.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

awaitable<result<reply>> live(const request_context&) {
    auto answer = json_reply(200, R"({"status":"ok","version":")" EVALBRIDGE_VERSION R"("})");
    answer.quiet = true;
    co_return answer;
}

awaitable<result<reply>> ready(const services& s, const request_context&) {
    if (s.draining)
        co_return json_reply(503, R"({"status":"draining"})").with("Retry-After", "1");
    if (!s.kept.is_reachable())
        co_return json_reply(503, R"({"status":"store_unavailable"})").with("Retry-After", "1");
    auto answer = json_reply(200, R"({"status":"ready"})");
    answer.quiet = true;
    co_return answer;
}

awaitable<result<reply>> counts(const services& s, const request_context&) {
    reply answer(200, "text/plain; version=0.0.4; charset=utf-8", s.counts.text());
    answer.quiet = true;
    co_return answer;
}

awaitable<result<reply>> openapi(const request_context&) { co_return json_reply(200, std::string(openapi_json())); }

} // namespace

void add_operation_routes(router& routes, services& s) {
    route_options open;
    open.authenticated = false;
    auto probe = open;
    probe.load = route_load::probe;
    auto scrape = probe;
    scrape.authenticated = s.metrics_need_key;
    routes.add(verb::get, "/healthz", probe, [](const request_context& r) { return live(r); });
    routes.add(verb::get, "/readyz", probe, [&s](const request_context& r) { return ready(s, r); });
    routes.add(verb::get, "/metrics", scrape, [&s](const request_context& r) { return counts(s, r); });
    routes.add(verb::get, "/openapi.json", open, [](const request_context& r) { return openapi(r); });
}

} // namespace evalbridge
