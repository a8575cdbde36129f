// All layers together, in their order.

#include "tests/upstream/layers/layer_bench.hpp"
#include "upstream/layers/stack.hpp"

#include <random>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct Stack : layer_bench {
    void build() {
        std::vector<credential> credentials;
        credentials.push_back({"Authorization", secret("Bearer s3cret")});
        layer = make_layers(context(), state(), std::move(credentials), vendor_below());
    }
    std::size_t attempts() const { return vendor.exchanges.size(); }
    void answer_last(result<http_response> with) {
        vendor.answer(attempts() - 1, std::move(with));
        settle();
    }
    /// Answers all that is sent, the same way, until nothing is.
    void answer_all(const result<http_response>& with, duration span = 0s) {
        for (bool any = true; any;) {
            any = false;
            for (std::size_t i = 0; i < attempts(); ++i)
                if (vendor.exchanges[i]->waits) {
                    vendor.answer(i, with);
                    any = true;
                }
            pass(span);
        }
    }
};

TEST_F(Stack, CarriesARequestThereAndItsAnswerBack) {
    build();
    duration waited{};
    auto c = named();
    c.waited = &waited;
    auto request = get("/runs/1");
    request.fields = {{"accept", "application/json"}};
    const auto got = send(request, c);
    ASSERT_EQ(attempts(), 1u);
    const auto& sent = vendor.exchanges[0]->request;
    EXPECT_EQ(sent.target, "/runs/1");
    ASSERT_EQ(sent.fields.size(), 2u);
    EXPECT_EQ(sent.fields[1].value, "Bearer s3cret");
    EXPECT_EQ(vendor.exchanges[0]->how.client, "client");
    EXPECT_EQ(metric("evalbridge_upstream_in_flight"), 1);
    pass(300ms);
    answer_last(answer(200, "the run", {{"etag", "x"}}));
    EXPECT_EQ(got->text(), "200 the run");
    EXPECT_EQ((*got->got)->field("etag"), "x");
    EXPECT_EQ(waited, 300ms);
    EXPECT_TRUE(log.lines.empty()); // a healthy poll leaves no line
    expect_quiet();
}

TEST_F(Stack, KeepsWhatItIsToldToAndNoCredentialWithIt) {
    build();
    layer->keep(get("/runs/1"), named(), answer(200, "kept"), lasting::for_good);
    EXPECT_EQ(send(get("/runs/1"))->text(), "200 kept");
    EXPECT_EQ(attempts(), 0u);
    EXPECT_EQ(state().budget.look(time.now()).minute.used, 0u);
    // Another credential's stack looks into the same cache and finds nothing of this one's.
    layer = make_layers(context(), state(), {}, vendor_below());
    EXPECT_FALSE(send(get("/runs/1"))->ended());
}

TEST_F(Stack, RetriesOnceForAllWhoWait) {
    build();
    std::vector<outcome_ptr> all;
    for (int i = 0; i < 10; ++i)
        all.push_back(send(get("/runs/1")));
    answer_last(answer(503));
    pass(2s);
    EXPECT_EQ(attempts(), 2u);
    answer_last(answer(200));
    for (const auto& each : all)
        EXPECT_EQ(each->text(), "200 {}");
    expect_quiet();
}

TEST_F(Stack, AProviderThatIsDownIsLeftAlone) {
    options.retry.attempts = 10;
    build();
    const auto got = send(get("/"));
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(attempts(), 1u + static_cast<unsigned>(i));
        answer_last(error(errc::provider_unavailable).sent());
        pass(3s);
    }
    // The fifth failure opened the breaker, which ends the retries.
    EXPECT_EQ(got->text(), "provider_unavailable sent refused_here");
    EXPECT_GT(got->failure().retry_after(), 20s);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(send(get("/"))->text(), "provider_unavailable refused_here");
    EXPECT_EQ(attempts(), 5u);
    EXPECT_EQ(state().budget.look(time.now()).minute.used, 5u); // what isn't sent takes no room
    pass(30s);
    const auto probe = send(get("/"));
    answer_last(answer(200));
    EXPECT_EQ(probe->text(), "200 {}");
    EXPECT_EQ(send(get("/"))->text(), "nothing yet");
}

TEST_F(Stack, A429WaitsForAsLongAsItSaysAndIsNoReasonToOpenTheBreaker) {
    options.retry.attempts = 8;
    options.breaker.failures = 1;
    build();
    const auto got = send(get("/"));
    for (int i = 0; i < 3; ++i) {
        answer_last(answer(429, "", {{"retry-after", "5"}}));
        const auto before = attempts();
        for (int tenths = 0; tenths < 49; ++tenths)
            pass(100ms);
        EXPECT_EQ(attempts(), before);
        pass(100ms);
        EXPECT_EQ(attempts(), before + 1);
    }
    answer_last(answer(200));
    EXPECT_EQ(got->text(), "200 {}");
}

TEST_F(Stack, NeverSendsACreateTwiceWhateverHappens) {
    std::mt19937 engine(1);
    options.breaker.failures = 1'000'000;
    options.rate.per_minute = 3;
    options.max_connections = 2;
    options.max_queue = 3;
    build();
    std::vector<result<http_response>> sent_failures;
    for (const int status : {200, 400, 401, 404, 408, 409, 422, 429, 500, 502, 503, 504})
        sent_failures.push_back(answer(status, "", {{"retry-after", "0"}}));
    for (const auto code :
         {errc::provider_unavailable, errc::provider_malformed, errc::deadline_exceeded, errc::internal})
        sent_failures.push_back(error(code).sent());
    const auto upto = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(engine); };

    std::vector<outcome_ptr> all;
    std::vector<std::size_t> times_sent;
    for (int step = 0; step < 4000; ++step) {
        if (upto(2) == 0) {
            all.push_back(send(post('/' + std::to_string(all.size())), create()));
            times_sent.push_back(0);
        }
        std::vector<std::size_t> open;
        for (std::size_t i = attempts() > 20 ? attempts() - 20 : 0; i < attempts(); ++i)
            if (vendor.exchanges[i]->waits)
                open.push_back(i);
        if (!open.empty() && upto(1) == 0) {
            const auto i = open[upto(open.size() - 1)];
            if (upto(1) == 0) {
                vendor.answer(i, error(errc::provider_unavailable)); // not a byte of it
            } else {
                ++times_sent[std::stoul(vendor.exchanges[i]->request.target.substr(1))];
                vendor.answer(i, sent_failures[upto(sent_failures.size() - 1)]);
            }
        }
        pass(std::chrono::milliseconds(upto(3000)));
    }
    answer_all(answer(200), 1s);
    for (int i = 0; i < 100; ++i)
        pass(1s);
    std::size_t once = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_TRUE(all[i]->ended()) << i;
        EXPECT_LE(times_sent[i], 1u) << i;
        once += times_sent[i];
        // Who is told that it may have been sent, and who isn't, is told the truth.
        EXPECT_TRUE(times_sent[i] == 0 || *all[i]->got || all[i]->failure().request_sent())
            << i << ' ' << all[i]->text();
    }
    EXPECT_GT(once, 100u);
    expect_quiet();
}

TEST_F(Stack, AGreedyClientWaitsForItself) {
    options.max_connections = 4;
    build();
    for (int i = 0; i < 200; ++i)
        send(get("/greedy/" + std::to_string(i)), named("greedy"));
    const auto modest = send(get("/modest"), named("modest"));
    EXPECT_EQ(metric("evalbridge_upstream_queued"), 197);
    std::size_t answered = 0;
    while (!modest->ended() && answered < 200) {
        for (std::size_t i = 0; i < attempts(); ++i)
            if (vendor.exchanges[i]->waits) {
                vendor.answer(i, answer(200));
                settle();
                ++answered;
                break;
            }
    }
    EXPECT_LE(answered, 7u); // those under way, and one turn
    answer_all(answer(200));
    expect_quiet();
}

TEST_F(Stack, ClosingWakesWhoeverWaits) {
    options.max_connections = 1;
    options.rate.per_minute = 3;
    build();
    auto patient = named();
    patient.deadline = time.now() + 2min;
    const auto retries = send(post("/a"), patient); // waits for another attempt
    answer_last(error(errc::provider_unavailable).sent());
    const auto under_way = send(post("/b"), patient);
    const auto queued = send(post("/c"), patient);
    const auto flies = send(get("/d"), patient); // waits for room, in a flight
    const auto for_room = send(post("/e"), patient);
    EXPECT_EQ(metric("evalbridge_upstream_queued"), 1);
    EXPECT_EQ(metric("evalbridge_rate_waiting"), 2);
    EXPECT_EQ(state().retries.retrying(), 1u);
    closing.give();
    settle();
    for (const auto& each : {retries, queued, flies, for_room}) {
        ASSERT_TRUE(each->ended());
        EXPECT_EQ(each->failure().code(), errc::overloaded) << each->text();
        EXPECT_EQ(each->failure().retry_after(), 1s);
    }
    EXPECT_FALSE(under_way->ended()); // the transport's to end
    answer_last(answer(200));
    EXPECT_EQ(under_way->text(), "200 {}");
    const auto sent_before = vendor.exchanges.size();
    EXPECT_EQ(send(post("/late"), patient)->failure().code(), errc::overloaded);
    EXPECT_EQ(vendor.exchanges.size(), sent_before);
    expect_quiet();
}

/// Whatever becomes of calls, nothing is left of them.
TEST_F(Stack, LeavesNothingBehindAfterAStorm) {
    std::mt19937 engine(2);
    options.max_connections = 3;
    options.max_queue = 5;
    options.rate.per_minute = 100;
    options.breaker.failures = 4;
    options.breaker.open_for = 2s;
    options.breaker.max_open = 4s;
    build();
    const auto upto = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(engine); };
    std::vector<outcome_ptr> all;
    const result<http_response> ends[] = {answer(200),
                                          answer(200),
                                          answer(200),
                                          answer(404),
                                          answer(429),
                                          answer(503),
                                          error(errc::provider_unavailable),
                                          error(errc::provider_malformed).sent(),
                                          error(errc::deadline_exceeded).sent(),
                                          error(errc::internal).sent()};
    vendor.on_send = [&](const http_request&) {
        if (upto(30) == 0)
            throw std::runtime_error("a bug");
    };
    for (int step = 0; step < 3000; ++step) {
        auto c = named(std::string(1, static_cast<char>('a' + upto(3))));
        c.urgency = static_cast<urgency>(upto(2));
        c.deadline = time.now() + std::chrono::milliseconds(upto(20'000));
        const auto kind = upto(4);
        if (kind == 0)
            c.may_replay = replay::only_if_unsent;
        all.push_back(send(kind < 2 ? post("/runs") : get("/" + std::to_string(upto(3))), c));
        if (upto(9) == 0)
            all[upto(all.size() - 1)]->call_off.emit(boost::asio::cancellation_type::terminal);
        for (std::size_t i = attempts() > 10 ? attempts() - 10 : 0; i < attempts(); ++i)
            if (vendor.exchanges[i]->waits && upto(2) == 0)
                vendor.answer(i, ends[upto(std::size(ends) - 1)]);
        pass(std::chrono::milliseconds(upto(800)));
    }
    vendor.on_send = {};
    for (int i = 0; i < 60; ++i) {
        answer_all(answer(200));
        pass(1s);
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_TRUE(all[i]->ended()) << i;
    EXPECT_EQ(vendor.under_way(), 0u);
    expect_quiet();
    pass(2h);
    EXPECT_EQ(state().budget.look(time.now()).hour.used, 0u); // nothing counts as under way
}

TEST_F(Stack, CallsMayStillBeSuspendedWhenTheLayersGo) {
    options.max_connections = 2;
    options.rate.per_minute = 4;
    build();
    for (int i = 0; i < 8; ++i) {
        auto c = named();
        c.deadline += 1h;
        send(get("/" + std::to_string(i % 6)), c);
        send(post("/x"), c);
    }
    const auto one = send(get("/0"));
    one->call_off.emit(boost::asio::cancellation_type::terminal);
    layer.reset();
}

} // namespace
} // namespace evalbridge::testing
