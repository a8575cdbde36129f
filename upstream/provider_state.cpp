#include "upstream/provider_state.hpp"

#include <limits>

namespace evalbridge {
namespace {

// Seconds. A healthy poll takes some 10 ms to 1 s; an attempt is over after 30 s unless configured otherwise.
const std::vector<double> attempt_bounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

double remaining(const rate_budget::window_view& window) {
    return window.limit == 0 ? std::numeric_limits<double>::infinity() : window.remaining();
}

/// As a level: the worse, the higher.
double level_of(circuit_breaker::state s) {
    switch (s) {
    case circuit_breaker::state::closed: return 0;
    case circuit_breaker::state::half_open: return 1;
    case circuit_breaker::state::open: return 2;
    }
    return 0;
}

} // namespace

void last_failure::set(record r) {
    const std::lock_guard lock(mutex_);
    record_ = std::move(r);
}

std::optional<last_failure::record> last_failure::get() const {
    const std::lock_guard lock(mutex_);
    return record_;
}

upstream_meters::upstream_meters(metrics& all, std::string provider)
    : retries(
          all.count("evalbridge_upstream_retries_total", "Attempts that were made again.", {{"provider", provider}})),
      retries_refused(all.count("evalbridge_upstream_retries_refused_total",
                                "Attempts that weren't made again for want of retry budget.",
                                {{"provider", provider}})),
      breaker_refusals(all.count("evalbridge_breaker_refusals_total",
                                 "Attempts refused because the circuit breaker was open.", {{"provider", provider}})),
      rate_refusals(all.count("evalbridge_rate_refusals_total",
                              "Attempts refused because the rate budget had no room before their deadline.",
                              {{"provider", provider}})),
      queue_refusals(all.count("evalbridge_upstream_queue_refusals_total",
                               "Attempts refused because too many waited for one to end.", {{"provider", provider}})),
      cache_hits(all.count("evalbridge_cache_hits_total", "Reads answered from the cache.", {{"provider", provider}})),
      cache_misses(all.count("evalbridge_cache_misses_total",
                             "Reads whose answer might have been in the cache and wasn't.", {{"provider", provider}})),
      shared_flights(all.count("evalbridge_single_flight_hits_total",
                               "Reads that joined an identical one that was under way.", {{"provider", provider}})),
      in_flight(all.level("evalbridge_upstream_in_flight", "Attempts under way.", {{"provider", provider}})),
      queued(
          all.level("evalbridge_upstream_queued", "Attempts that wait for another to end.", {{"provider", provider}})),
      rate_waiting(all.level("evalbridge_rate_waiting", "Attempts that wait for room in the rate budget.",
                             {{"provider", provider}})),
      all_(all), provider_(std::move(provider)),
      attempt_seconds_(all.spread("evalbridge_upstream_attempt_seconds", "How long attempts took.",
                                  {{"provider", provider_}}, attempt_bounds)) {}

void upstream_meters::attempt(std::string_view operation, attempt_class what, duration took) {
    attempt_seconds_.Observe(std::chrono::duration<double>(took).count());
    metrics::counter* counter = nullptr;
    {
        const std::lock_guard lock(mutex_);
        auto& known = attempts_[{operation, what}];
        if (!known)
            known = &all_.count("evalbridge_upstream_attempts_total", "Attempts by what they came to.",
                                {{"provider", provider_},
                                 {"operation", std::string(operation)},
                                 {"class", std::string(name_of(what))}});
        counter = known;
    }
    counter->Increment();
}

provider_state::provider_state(std::string given_name, const upstream_options& given_options, metrics& all, clock& time)
    : name(std::move(given_name)), options(given_options), breaker(options.breaker), budget(options.rate),
      retries(options.retry), cache(options.cache.size), meters(all, name),
      here_(std::make_shared<const provider_state*>(this)) {
    show(all, time);
}

void provider_state::show(metrics& all, clock& time) {
    auto& state = all.level("evalbridge_breaker_state", "0 closed, 1 half open, 2 open.", {{"provider", name}});
    auto& openings = all.count("evalbridge_breaker_openings_total", "How often the circuit breaker has opened.",
                               {{"provider", name}});
    const auto left = [&](const char* window) -> metrics::gauge& {
        return all.level("evalbridge_rate_budget_remaining",
                         "Requests that the provider lets us send in a window; infinite where no limit is known.",
                         {{"provider", name}, {"window", window}});
    };
    auto& minute = left("minute");
    auto& hour = left("hour");
    auto& bytes = all.level("evalbridge_cache_bytes", "What the kept answers take.", {{"provider", name}});
    const std::weak_ptr<const provider_state*> here = here_;
    all.before_text([here, &time, &state, &openings, &minute, &hour, &bytes] {
        const auto kept = here.lock();
        if (!kept)
            return;
        const auto& self = **kept;
        const auto now = time.now();
        const auto seen = self.breaker.look(now);
        state.Set(level_of(seen.is));
        openings.Increment(static_cast<double>(seen.openings) - openings.Value());
        const auto left_now = self.budget.look(now);
        minute.Set(remaining(left_now.minute));
        hour.Set(remaining(left_now.hour));
        bytes.Set(static_cast<double>(self.cache.bytes()));
    });
}

} // namespace evalbridge
