#pragma once
// A layer on a workbench: time, shutdown and the provider below it are the test's, and nothing happens by itself.

#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_upstream.hpp"
#include "upstream/layers/layers.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge::testing {

/// Lets a test keep hold of an upstream that a layer owns.
class borrowed final : public upstream {
  public:
    explicit borrowed(upstream& inner) : inner_(inner) {}
    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        return inner_.send(request, c);
    }
    void keep(const http_request& request, const call& c, http_response answer, lasting how_long) override {
        inner_.keep(request, c, std::move(answer), how_long);
    }

  private:
    upstream& inner_;
};

/// A provider that answers when the test says so. Like a socket, it ends when it is called off.
class held_upstream final : public upstream {
  public:
    struct exchange {
        http_request request;
        call how;
        bool ended = false;
        bool called_off = false;
        std::optional<result<http_response>> answer;
        boost::asio::steady_timer* waits = nullptr;
    };
    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override;
    void keep(const http_request& request, const call&, http_response, lasting) override { kept.push_back(request); }

    void answer(std::size_t number, result<http_response> with);
    std::size_t under_way() const;

    std::vector<std::shared_ptr<exchange>> exchanges;
    std::vector<http_request> kept;
    std::function<void(const http_request&)> on_send; ///< may throw
};

/// What a call came to.
struct outcome {
    std::optional<result<http_response>> got;
    std::exception_ptr thrown;
    boost::asio::cancellation_signal call_off;

    bool ended() const { return got || thrown; }
    /// `overloaded sent refused_here`, or `200 the body`.
    std::string text() const;
    error failure() const { return got && !*got ? got->error() : error(errc::invalid_request).because("no error"); }
};
using outcome_ptr = std::shared_ptr<outcome>;

http_request get(std::string target);
http_request post(std::string target);
http_response answer(int status, std::string body = "{}", answer_fields fields = {});

class layer_bench : public ::testing::Test {
  public:
    layer_bench();
    ~layer_bench() override;

    /// To be changed before `state()` is first used.
    upstream_options options;
    provider_state& state();
    layer_context context();
    upstream_ptr vendor_below() { return std::make_unique<borrowed>(vendor); }

    /// Reads are `get_run`, for half a minute.
    call named(std::string client = "client") const;
    call create() const;
    outcome_ptr send(http_request request, call c);
    outcome_ptr send(http_request request) { return send(std::move(request), named()); }
    /// Until nothing moves any more.
    void settle();
    void pass(duration span);
    /// The value of a series of the provider's: `evalbridge_rate_waiting`.
    double metric(const std::string& name);
    void expect_quiet(); ///< all levels are 0

    metrics counts;
    manual_clock time;
    captured_log log;
    notice closing;
    double luck = 0.5; ///< what chance draws
    held_upstream vendor;

  private:
    std::unique_ptr<provider_state> state_;

  public:
    boost::asio::io_context io{1}; ///< goes first, with the calls that are still suspended
    upstream_ptr layer;            ///< and this before it
};

} // namespace evalbridge::testing
