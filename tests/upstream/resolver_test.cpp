#include "upstream/transport/resolver.hpp"

#include "tests/support/scripted_upstream.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace evalbridge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using addresses = resolver::addresses;

time_point in(duration span) { return std::chrono::steady_clock::now() + span; }

const auto one = boost::asio::ip::make_address("192.0.2.1");

struct Resolver : ::testing::Test {
    result<addresses> resolve(resolver& names, const std::string& host, duration patience = seconds(10)) {
        std::optional<result<addresses>> outcome;
        start(names, host, patience, [&](result<addresses> found) { outcome.emplace(std::move(found)); });
        io.restart();
        while (!outcome)
            io.run_one();
        return *outcome;
    }
    template <class Then> void start(resolver& names, std::string host, duration patience, Then then) {
        boost::asio::co_spawn(io, names.resolve(host, sweeper, in(patience)),
                              [then](std::exception_ptr, result<addresses> found) { then(std::move(found)); });
    }
    boost::asio::io_context io{1};
    deadline_sweeper sweeper{io.get_executor(), milliseconds(1)};
};

TEST_F(Resolver, TakesAddressesAsTheyAre) {
    resolver names([](const std::string&) -> result<addresses> { throw std::logic_error("asked for an address"); });
    EXPECT_EQ(resolve(names, "127.0.0.1")->at(0).to_string(), "127.0.0.1");
    EXPECT_EQ(resolve(names, "::1")->at(0).to_string(), "::1");
}

TEST_F(Resolver, AsksTheSystem) {
    resolver names;
    const auto found = resolve(names, "localhost");
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_TRUE(found->at(0).is_loopback());
}

TEST_F(Resolver, RemembersAnswersButNotFailures) {
    int asked = 0;
    resolver names([&](const std::string& host) -> result<addresses> {
        if (++asked == 1)
            return error(errc::provider_unavailable).because("no " + host);
        return addresses{one};
    });
    const auto failed = resolve(names, "api.example");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().detail(), "no api.example");
    EXPECT_EQ(resolve(names, "api.example")->at(0), one);
    EXPECT_EQ(resolve(names, "api.example")->at(0), one);
    EXPECT_EQ(asked, 2);
}

TEST_F(Resolver, AsksOnceForAllWhoWaitForTheSameName) {
    std::promise<void> go;
    std::atomic<int> asked = 0;
    resolver names([&, ready = go.get_future().share()](const std::string&) -> result<addresses> {
        ++asked;
        ready.wait();
        return addresses{one};
    });
    int answered = 0;
    for (int i = 0; i < 10; ++i)
        start(names, "api.example", seconds(10), [&](const result<addresses>& found) { answered += found ? 1 : 100; });
    io.poll();
    go.set_value();
    while (answered < 10)
        io.run_one();
    EXPECT_EQ(answered, 10);
    EXPECT_EQ(asked, 1);
}

TEST_F(Resolver, LetsItsCallersGoAtTheirDeadline) {
    std::promise<void> go;
    resolver names([ready = go.get_future().share()](const std::string&) -> result<addresses> {
        ready.wait();
        return addresses{one};
    });
    const auto outcome = resolve(names, "hangs.example", milliseconds(5));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), errc::provider_unavailable);
    EXPECT_EQ(outcome.error().detail(), "hangs.example could not be looked up in time");
    go.set_value();
}

TEST_F(Resolver, AnswersOtherNamesWhileOneHangs) {
    std::promise<void> go;
    resolver names([ready = go.get_future().share()](const std::string& host) -> result<addresses> {
        if (host == "hangs.example")
            ready.wait();
        return addresses{one};
    });
    bool hanging = true;
    start(names, "hangs.example", seconds(60), [&](const result<addresses>&) { hanging = false; });
    EXPECT_TRUE(resolve(names, "api.example"));
    EXPECT_TRUE(hanging);
    go.set_value();
    while (hanging)
        io.run_one();
}

TEST(ResolverLifetime, EverythingMayGoWhileALookupHangs) {
    std::promise<void> go;
    std::promise<void> finished;
    std::promise<void> begun;
    {
        boost::asio::io_context io(1);
        deadline_sweeper sweeper(io.get_executor());
        resolver names([&, ready = go.get_future().share()](const std::string&) -> result<addresses> {
            begun.set_value();
            ready.wait();
            finished.set_value();
            return addresses{one};
        });
        boost::asio::co_spawn(io, names.resolve("hangs.example", sweeper, in(seconds(60))),
                              [](std::exception_ptr, const result<addresses>&) { FAIL(); });
        io.poll();
        begun.get_future().wait();
    }
    go.set_value();
    finished.get_future().wait();
}

} // namespace
} // namespace evalbridge
