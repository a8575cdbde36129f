// The whole way to a provider, layers and socket. The layers by themselves are in layers/.

#include "upstream/layers/stack.hpp"

#include "tests/upstream/client.hpp"
#include "tests/upstream/raw_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct Stack : ::testing::Test {
    void build(const upstream_options& options) {
        state.emplace("main", options, counts, time);
        const layer_context layers{io.get_executor(), time, log, make_random_source(), closing};
        const stack_context context{layers, sweeper, make_resolver()};
        std::vector<credential> credentials;
        credentials.push_back({"Authorization", secret("Bearer s3cret")});
        stack = make_stack(context, *state, std::move(credentials));
    }
    std::shared_ptr<std::optional<result<http_response>>> start(http_request request, call c) {
        auto out = std::make_shared<std::optional<result<http_response>>>();
        boost::asio::co_spawn(
            io, send_by_value(*stack, std::move(request), std::move(c)),
            [out](std::exception_ptr, result<http_response> outcome) { out->emplace(std::move(outcome)); });
        return out;
    }
    result<http_response> finish(const std::shared_ptr<std::optional<result<http_response>>>& started) {
        io.restart();
        while (!*started)
            io.run_one();
        return **started;
    }
    static boost::asio::awaitable<result<http_response>> send_by_value(upstream& to, http_request request, call c) {
        co_return co_await to.send(request, c);
    }

    metrics counts;
    captured_log log;
    system_clock time;
    notice closing;
    std::optional<provider_state> state;
    boost::asio::io_context io{1};
    deadline_sweeper sweeper{io.get_executor(), 5ms};
    std::unique_ptr<upstream> stack;
};

TEST_F(Stack, SendsTheCredentialAndTellsItNobody) {
    raw_server server({[](peer& vendor) {
        vendor.next_request();
        vendor.send(ok("first"));
        vendor.next_request();
        vendor.send("HTTP/1.1 nonsense\r\n\r\n");
        vendor.wait_for_close();
    }});
    build(options_for(server.port()));
    const auto c = test_call().named("get_run");
    EXPECT_EQ(finish(start(get("/runs"), c))->body, "first");
    EXPECT_NE(server.requests().at(0).find("Authorization: Bearer s3cret\r\n"), std::string::npos);
    const auto second = finish(start(get("/runs"), c));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), errc::provider_malformed);
    EXPECT_EQ(second.error().provider()->name, "main");
    EXPECT_EQ(second.error().detail().find("s3cret"), std::string::npos);
    EXPECT_TRUE(log.has("provider_malformed"));
    EXPECT_FALSE(log.has("s3cret"));
}

TEST_F(Stack, TriesAReadAgainOnAnotherConnection) {
    raw_server server({[](peer& vendor) {
                           vendor.next_request();
                           vendor.close();
                       },
                       answering({ok("at last")})});
    build(options_for(server.port()));
    EXPECT_EQ(finish(start(get("/runs"), test_call()))->body, "at last");
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(Stack, ConnectsAgainForACreateThatWasNotSent) {
    auto options = options_for(1); // nobody listens there
    options.retry.base = options.retry.cap = 1ms;
    build(options);
    const auto created = finish(start(create("{}"), create_call()));
    ASSERT_FALSE(created);
    EXPECT_FALSE(created.error().request_sent());
    EXPECT_NE(counts.text().find("evalbridge_upstream_retries_total{provider=\"main\"} 2"), std::string::npos);
}

TEST_F(Stack, DoesNotTryACreateAgainThatWasSent) {
    raw_server server({[](peer& vendor) {
        vendor.next_request();
        vendor.close();
    }});
    build(options_for(server.port()));
    const auto created = finish(start(create("{}"), create_call()));
    ASSERT_FALSE(created);
    EXPECT_TRUE(created.error().request_sent());
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(Stack, ATimeoutIsCountedAsOneThoughItsReaderHasLeft) {
    raw_server server({[](peer& vendor) {
        vendor.next_request();
        vendor.wait_for_close();
    }});
    auto options = options_for(server.port());
    options.breaker.patience = 50ms;
    build(options);
    auto c = test_call().named("get_run");
    c.deadline = time.now() + 200ms;
    const auto late = finish(start(get("/runs"), c));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), errc::deadline_exceeded);
    EXPECT_TRUE(log.has("\"class\":\"out_of_time\""));
    EXPECT_EQ(state->breaker.look(time.now()).failures, 1u);
}

TEST_F(Stack, AReadThatNobodyWaitsForAnyMoreIsCalledOff) {
    raw_server server({[](peer& vendor) {
        vendor.next_request();
        vendor.wait_for_close();
    }});
    build(options_for(server.port()));
    boost::asio::cancellation_signal call_off;
    bool thrown = false;
    const auto request = get("/runs");
    const auto c = test_call();
    auto ended = [&](std::exception_ptr e, result<http_response>) { thrown = e != nullptr; };
    boost::asio::co_spawn(io, stack->send(request, c),
                          boost::asio::bind_cancellation_slot(call_off.slot(), std::move(ended)));
    while (server.requests().empty())
        io.run_one_for(10ms);
    call_off.emit(boost::asio::cancellation_type::terminal);
    io.restart();
    while (!thrown)
        io.run_one();
    io.run_for(50ms);
    EXPECT_TRUE(server.wait_for_ended(1)); // its connection is closed
    EXPECT_FALSE(log.has("upstream_attempt_failed"));
    EXPECT_EQ(state->breaker.look(time.now()).failures, 0u);
}

TEST_F(Stack, CallsMayStillBeSuspendedWhenItGoes) {
    raw_server server({[](peer& vendor) { vendor.wait_for_close(); }});
    build(options_for(server.port()));
    start(get("/a"), test_call());
    start(get("/a"), test_call());
    start(create("{}"), create_call());
    io.run_for(50ms);
    stack.reset();
}

} // namespace
} // namespace evalbridge::testing
