#include "gateway/http/edge_meters.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

bool has_line(const metrics& counts, std::string_view line) {
    const bool found = counts.text().find(std::string(line) + "\n") != std::string::npos;
    if (!found)
        ADD_FAILURE() << line << " isn't in\n" << counts.text();
    return found;
}

TEST(EdgeMeters, CountsByRouteMethodStatusAndCode) {
    metrics counts;
    edge_meters meters(counts);
    edge_meters::request r;
    r.route = "/v1/runs/{id}";
    r.took = 30ms;
    meters.answered(r);
    meters.answered(r);
    r.status = 404;
    r.code = "not_found";
    meters.answered(r);
    r.method = verb::other;
    r.route = "";
    r.code = "invalid_request";
    r.status = 400;
    meters.answered(r);
    has_line(counts, R"(evalbridge_requests_total{code="",method="GET",route="/v1/runs/{id}",status="200"} 2)");
    has_line(counts,
             R"(evalbridge_requests_total{code="not_found",method="GET",route="/v1/runs/{id}",status="404"} 1)");
    has_line(counts, R"(evalbridge_requests_total{code="invalid_request",method="other",route="",status="400"} 1)");
    has_line(counts, R"(evalbridge_request_seconds_count{route="/v1/runs/{id}"} 3)");
    has_line(counts, R"(evalbridge_request_seconds_bucket{route="/v1/runs/{id}",le="0.025"} 0)");
    has_line(counts, R"(evalbridge_request_seconds_bucket{route="/v1/runs/{id}",le="0.05"} 3)");
}

TEST(EdgeMeters, TheGatewaysOwnTimeIsWhatWasNotWaited) {
    metrics counts;
    edge_meters meters(counts);
    edge_meters::request r;
    r.took = 2s;
    r.waited = 2s - 80us;
    meters.answered(r);
    r.waited = 3s; // waits side by side add up to more
    meters.answered(r);
    has_line(counts, R"(evalbridge_gateway_overhead_seconds_bucket{le="5e-05"} 1)");
    has_line(counts, R"(evalbridge_gateway_overhead_seconds_bucket{le="0.0001"} 2)");
    has_line(counts, R"(evalbridge_gateway_overhead_seconds_bucket{le="1"} 2)");
}

TEST(EdgeMeters, AStreamIsCountedAndNotTimed) {
    metrics counts;
    edge_meters meters(counts);
    edge_meters::request r;
    r.route = "/events";
    r.streamed = true;
    meters.answered(r);
    has_line(counts, R"(evalbridge_requests_total{code="",method="GET",route="/events",status="200"} 1)");
    has_line(counts, R"(evalbridge_request_seconds_count{route="/events"} 0)");
    has_line(counts, "evalbridge_gateway_overhead_seconds_count 0");
}

TEST(EdgeMeters, TakesAnswersFromEveryThread) {
    metrics counts;
    edge_meters meters(counts);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                edge_meters::request r;
                r.route = "/a";
                for (int n = 0; n < 1000; ++n) {
                    r.status = 200 + n % 10;
                    meters.answered(r);
                }
            });
    }
    for (int status = 200; status < 210; ++status)
        has_line(counts, "evalbridge_requests_total{code=\"\",method=\"GET\",route=\"/a\",status=\"" +
                             std::to_string(status) + "\"} 400");
}

} // namespace
} // namespace evalbridge
