#include "upstream/layers/observe.hpp"

#include "upstream/classify.hpp"

#include <chrono>

namespace evalbridge {
namespace {

class observe final : public upstream {
  public:
    observe(std::string provider_name, logger& log, clock& time, std::unique_ptr<upstream> inner)
        : provider_name_(std::move(provider_name)), log_(log), time_(time), inner_(std::move(inner)) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        const auto begun = time_.now();
        auto outcome = co_await inner_->send(request, c);
        if (!outcome) {
            auto named = std::move(outcome).error();
            named.set_provider_name(provider_name_);
            outcome = std::move(named);
        }
        if (const auto failure = failure_of(outcome))
            tell(outcome, *failure, c, time_.now() - begun);
        co_return outcome;
    }

  private:
    /// Of an answer nothing is told but its status: the rest is the vendor's text.
    void tell(const result<http_response>& outcome, errc failure, const call& c, duration took) {
        const auto duration_ms = std::chrono::duration<double, std::milli>(took).count();
        if (outcome)
            log_.warning("upstream_attempt_failed", {{"provider", provider_name_},
                                                     {"operation", c.operation},
                                                     {"request_id", c.request_id},
                                                     {"code", name_of(failure)},
                                                     {"duration_ms", duration_ms},
                                                     {"status", outcome->status}});
        else
            log_.warning("upstream_attempt_failed", {{"provider", provider_name_},
                                                     {"operation", c.operation},
                                                     {"request_id", c.request_id},
                                                     {"code", name_of(failure)},
                                                     {"duration_ms", duration_ms},
                                                     {"detail", outcome.error().detail()},
                                                     {"request_sent", outcome.error().request_sent()}});
    }

    const std::string provider_name_;
    logger& log_;
    clock& time_;
    const std::unique_ptr<upstream> inner_;
};

} // namespace

std::unique_ptr<upstream> observe_attempts(std::string provider_name, logger& log, clock& time,
                                           std::unique_ptr<upstream> inner) {
    return std::make_unique<observe>(std::move(provider_name), log, time, std::move(inner));
}

} // namespace evalbridge
