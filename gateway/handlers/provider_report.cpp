#include "gateway/handlers/provider_report.hpp"

#include "mapping/timestamp.hpp"

namespace evalbridge {
namespace {

std::optional<std::int64_t> seconds_to(duration wait) {
    if (wait <= duration::zero())
        return {};
    return std::chrono::ceil<std::chrono::seconds>(wait).count();
}

double milliseconds_of(duration took) { return std::chrono::duration<double, std::milli>(took).count(); }

void write(json_writer& out, const rate_budget::window_view& window) {
    if (window.limit == 0) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("limit").integer(window.limit);
    out.key("used").integer(window.used);
    out.key("remaining").integer(window.remaining());
    out.end_object();
}

void write(json_writer& out, const circuit_breaker::view& breaker) {
    out.begin_object();
    out.key("state").string(name_of(breaker.is));
    out.key("consecutive_failures").integer(breaker.failures);
    out.key("retry_in_seconds");
    out.integer_or_null(breaker.is == circuit_breaker::state::open ? seconds_to(breaker.until_probe) : std::nullopt);
    out.end_object();
}

void write(json_writer& out, const rate_budget::view& budget) {
    out.begin_object();
    out.key("minute");
    write(out, budget.minute);
    out.key("hour");
    write(out, budget.hour);
    out.key("closed_for_seconds").integer_or_null(seconds_to(budget.closed_for));
    out.key("waiting").unsigned_integer(budget.waiting);
    out.end_object();
}

void write(json_writer& out, const std::optional<recent_latency::view>& latency) {
    if (!latency) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("count").unsigned_integer(latency->count);
    out.key("p50").number(milliseconds_of(latency->p50));
    out.key("p90").number(milliseconds_of(latency->p90));
    out.key("p99").number(milliseconds_of(latency->p99));
    out.end_object();
}

void write(json_writer& out, const std::optional<last_failure::record>& failure) {
    if (!failure) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("code").string(name_of(failure->code));
    out.key("operation").string(failure->operation);
    out.key("status").integer_or_null(failure->status);
    out.key("at").string(format_timestamp(std::chrono::floor<std::chrono::microseconds>(failure->at)));
    out.end_object();
}

} // namespace

provider_report report_on(const provider_state& state, std::size_t watches, time_point now) {
    provider_report out;
    out.breaker = state.breaker.look(now);
    out.budget = state.budget.look(now);
    out.latency = state.latency.look(now);
    out.failure = state.failure.get();
    out.in_flight = static_cast<std::int64_t>(state.meters.in_flight.Value());
    out.queued = static_cast<std::int64_t>(state.meters.queued.Value());
    out.watches = watches;
    return out;
}

void write(json_writer& out, const provider_report& report) {
    out.begin_object();
    out.key("breaker");
    write(out, report.breaker);
    out.key("rate_budget");
    write(out, report.budget);
    out.key("latency_ms");
    write(out, report.latency);
    out.key("last_error");
    write(out, report.failure);
    out.key("in_flight").integer(report.in_flight);
    out.key("queued").integer(report.queued);
    out.key("watches").unsigned_integer(report.watches);
    out.end_object();
}

} // namespace evalbridge
