#include "tests/upstream/layers/layer_bench.hpp"

#include <ctime>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct RetryAttempts : layer_bench {
    void build() { layer = retry_attempts(context(), state(), vendor_below()); }
    std::size_t attempts() const { return vendor.exchanges.size(); }
    void answer_last(result<http_response> with) {
        vendor.answer(attempts() - 1, std::move(with));
        settle();
    }
};

TEST_F(RetryAttempts, ReturnsWhatNeedsNoRetry) {
    build();
    const result<http_response> rows[] = {
        answer(200),
        answer(404),
        answer(401),
        error(errc::provider_malformed).sent(),
        error(errc::deadline_exceeded).sent(),
        error(errc::overloaded),
        error(errc::provider_unavailable).refused_here(true),
        error(errc::provider_throttled).retry_after(1s).refused_here(true),
        error(errc::internal),
    };
    for (const auto& each : rows) {
        const auto before = attempts();
        const auto got = send(get("/"));
        answer_last(each);
        EXPECT_TRUE(got->ended());
        EXPECT_EQ(attempts(), before + 1) << got->text();
    }
    EXPECT_EQ(metric("evalbridge_upstream_retries_total"), 0);
    expect_quiet();
}

TEST_F(RetryAttempts, WaitsAndTriesAgain) {
    build();
    const auto got = send(get("/runs"));
    answer_last(error(errc::provider_unavailable).sent());
    EXPECT_FALSE(got->ended());
    EXPECT_EQ(state().retries.retrying(), 1u); // its wait included
    pass(25ms - 1ns);
    EXPECT_EQ(attempts(), 1u);
    pass(1ns);
    ASSERT_EQ(attempts(), 2u);
    EXPECT_EQ(vendor.exchanges[1]->request.target, "/runs");
    EXPECT_EQ(vendor.exchanges[1]->how.deadline, vendor.exchanges[0]->how.deadline);
    answer_last(answer(503));
    pass(50ms);
    ASSERT_EQ(attempts(), 3u);
    answer_last(answer(200, "at last"));
    EXPECT_EQ(got->text(), "200 at last");
    EXPECT_EQ(metric("evalbridge_upstream_retries_total"), 2);
    EXPECT_TRUE(log.has("\"upstream_retry\""));
    EXPECT_TRUE(log.has("\"class\":\"unreachable\""));
    EXPECT_TRUE(log.has("\"level\":\"debug\""));
    EXPECT_TRUE(log.has("\"wait_ms\":25"));
    expect_quiet();
}

TEST_F(RetryAttempts, GivesUpAfterItsAttempts) {
    build();
    const auto got = send(get("/"));
    for (int i = 0; i < 3; ++i) {
        answer_last(answer(500 + i));
        pass(1s);
    }
    EXPECT_EQ(got->text(), "502 {}"); // the last
    EXPECT_EQ(attempts(), 3u);
    expect_quiet();
}

TEST_F(RetryAttempts, NeverSendsACreateTwice) {
    build();
    std::vector<result<http_response>> rows;
    for (const int status : {408, 429, 500, 502, 503, 504, 599})
        rows.push_back(answer(status, "", {{"retry-after", "0"}}));
    rows.push_back(error(errc::provider_unavailable).sent());
    rows.push_back(error(errc::provider_malformed).sent());
    rows.push_back(error(errc::deadline_exceeded).sent());
    rows.push_back(error(errc::provider_throttled).sent());
    for (const auto& each : rows) {
        const auto before = attempts();
        const auto got = send(post("/runs"), create());
        answer_last(each);
        pass(1min);
        EXPECT_TRUE(got->ended());
        EXPECT_EQ(attempts(), before + 1) << got->text();
    }
}

TEST_F(RetryAttempts, SendsACreateAgainOfWhichNothingWasSent) {
    build();
    const auto got = send(post("/runs"), create());
    answer_last(error(errc::provider_unavailable));
    pass(25ms);
    ASSERT_EQ(attempts(), 2u);
    answer_last(error(errc::provider_unavailable).sent()); // and now something was
    pass(1min);
    EXPECT_EQ(attempts(), 2u);
    EXPECT_EQ(got->text(), "provider_unavailable sent");
}

TEST_F(RetryAttempts, KnowsThatAnEarlierAttemptWasSent) {
    build();
    const auto got = send(post("/runs/1/cancel"));
    answer_last(error(errc::provider_unavailable).sent());
    pass(1s);
    answer_last(error(errc::provider_unavailable).refused_here(true));
    EXPECT_EQ(got->text(), "provider_unavailable sent refused_here");
}

TEST_F(RetryAttempts, ObeysRetryAfter) {
    build();
    const auto date = [this](std::chrono::seconds from_now) {
        const auto when = std::chrono::system_clock::to_time_t(time.wall_now() + from_now);
        std::tm parts{};
        gmtime_r(&when, &parts);
        char text[64];
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        return std::string(text);
    };
    time.advance(std::chrono::system_clock::duration(1s) - time.wall_now().time_since_epoch() % 1s); // a whole second
    struct row {
        std::string value;
        duration wait; ///< 0: there is no second attempt
    };
    const row rows[] = {
        {"7", 7s},
        {"", 11s}, // a date, 11 s away
        {"Sun, 06 Nov 1994 08:49:37 GMT", 25ms},
        {"0", 25ms},
        {"junk", 25ms},
        {"-5", 25ms},
        {"61", 0s}, // longer than is waited for
        {"30", 0s}, // as far away as the deadline
    };
    for (const auto& each : rows) {
        const auto before = attempts();
        const auto value = each.value.empty() ? date(11s) : each.value;
        const auto got = send(get("/"));
        answer_last(answer(503, "", {{"Retry-After", value}}));
        if (each.wait == 0s) {
            EXPECT_TRUE(got->ended()) << value;
            continue;
        }
        pass(each.wait - 1ms);
        EXPECT_EQ(attempts(), before + 1) << value;
        pass(1ms);
        EXPECT_EQ(attempts(), before + 2) << value;
        answer_last(answer(200));
        EXPECT_TRUE(got->ended()) << value;
        time.advance(1s - each.wait % 1s);
    }
}

TEST_F(RetryAttempts, DoesNotWaitBeyondTheDeadline) {
    luck = 0.999;
    build();
    auto c = named();
    c.deadline = time.now() + 40ms; // less than the wait
    const auto got = send(get("/"), c);
    answer_last(answer(503));
    EXPECT_EQ(got->text(), "503 {}");
}

TEST_F(RetryAttempts, RetriesAreAShareOfTheCalls) {
    options.retry.budget_floor = 2;
    options.retry.budget = 0.1;
    build();
    std::vector<outcome_ptr> all;
    for (int i = 0; i < 10; ++i)
        all.push_back(send(get("/")));
    for (std::size_t i = 0; i < 10; ++i)
        vendor.answer(i, answer(503));
    settle();
    std::size_t given_up = 0;
    for (const auto& each : all)
        given_up += each->ended() ? 1 : 0;
    EXPECT_EQ(given_up, 8u);
    EXPECT_EQ(metric("evalbridge_upstream_retries_refused_total"), 8);
    pass(25ms);
    EXPECT_EQ(attempts(), 12u);
    vendor.answer(10, answer(200));
    vendor.answer(11, answer(200));
    settle();
    expect_quiet();
}

TEST_F(RetryAttempts, ClosingEndsTheWait) {
    build();
    const auto got = send(get("/"));
    answer_last(error(errc::provider_unavailable).sent());
    EXPECT_FALSE(got->ended());
    closing.give();
    settle();
    EXPECT_EQ(got->text(), "overloaded sent refused_here");
    EXPECT_EQ(got->failure().retry_after(), 1s);
    EXPECT_EQ(got->failure().provider()->name, "main");
    EXPECT_EQ(got->failure().detail(), "the gateway is shutting down");
    const auto created = send(post("/runs"), create()); // and there is no new wait
    answer_last(error(errc::provider_unavailable));
    EXPECT_EQ(created->text(), "overloaded refused_here");
    EXPECT_EQ(attempts(), 2u);
    expect_quiet();
}

TEST_F(RetryAttempts, ACallThatIsCalledOffTriesNothingMore) {
    build();
    const auto waits = send(get("/"));
    answer_last(answer(503));
    waits->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_TRUE(waits->thrown);
    pass(1min);
    EXPECT_EQ(attempts(), 1u);
    expect_quiet();
}

TEST_F(RetryAttempts, AnExceptionGoesThrough) {
    build();
    vendor.on_send = [](const http_request&) { throw std::runtime_error("a bug"); };
    EXPECT_TRUE(send(get("/"))->thrown);
    expect_quiet();
}

} // namespace
} // namespace evalbridge::testing
