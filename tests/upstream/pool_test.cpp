#include "upstream/transport/pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

time_point now() { return std::chrono::steady_clock::now(); }

struct ConnectionPool : ::testing::Test {
    std::shared_ptr<connection_pool> make(std::size_t max, duration idle_timeout = seconds(60)) {
        return std::make_shared<connection_pool>(max, idle_timeout);
    }
    /// Leases and gives back; tells which connection it is.
    vendor_connection* use(connection_pool& pool, connection_pool::lease lease) {
        if (!lease.held())
            lease.hold(std::make_unique<vendor_connection>(io.get_executor()));
        vendor_connection* const used = lease.held();
        std::move(lease).keep();
        EXPECT_GT(pool.idle(), 0u);
        return used;
    }
    /// Queues for a lease; `then` gets what came of it.
    template <class Then> void queue(const std::shared_ptr<connection_pool>& pool, time_point until, Then then) {
        boost::asio::co_spawn(
            io, pool->acquire(sweeper, until),
            [then](std::exception_ptr, std::optional<connection_pool::lease> got) { then(std::move(got)); });
        io.poll();
    }

    boost::asio::io_context io{1};
    deadline_sweeper sweeper{io.get_executor(), milliseconds(1)};
};

TEST_F(ConnectionPool, GivesTheConnectionThatWasUsedLast) {
    const auto pool = make(2);
    auto a = *pool->try_acquire(now());
    auto b = *pool->try_acquire(now());
    EXPECT_FALSE(pool->try_acquire(now()));
    EXPECT_EQ(a.held(), nullptr);
    use(*pool, std::move(a));
    vendor_connection* const last = use(*pool, std::move(b));
    EXPECT_EQ(pool->idle(), 2u);
    EXPECT_EQ(pool->try_acquire(now())->held(), last);
}

TEST_F(ConnectionPool, ClosesAConnectionThatWasNotKept) {
    const auto pool = make(1);
    use(*pool, *pool->try_acquire(now()));
    pool->try_acquire(now()).reset();
    EXPECT_EQ(pool->idle(), 0u);
    EXPECT_EQ(pool->leased(), 0u);
    EXPECT_EQ(pool->try_acquire(now())->held(), nullptr);
}

TEST_F(ConnectionPool, ForgetsWhatWasIdleForTooLong) {
    const auto pool = make(1, seconds(30));
    use(*pool, *pool->try_acquire(now()));
    EXPECT_NE(pool->try_acquire(now() + seconds(29))->held(), nullptr);
    use(*pool, *pool->try_acquire(now()));
    EXPECT_EQ(pool->try_acquire(now() + seconds(31))->held(), nullptr);
}

TEST_F(ConnectionPool, ServesTheQueueInItsOrderAndLetsNobodyPastIt) {
    const auto pool = make(1);
    auto first = pool->try_acquire(now());
    std::vector<int> served;
    std::optional<connection_pool::lease> second;
    queue(pool, now() + seconds(60), [&](auto got) { served.push_back(2), second.emplace(std::move(*got)); });
    queue(pool, now() + seconds(60), [&](auto) { served.push_back(3); });
    EXPECT_EQ(pool->waiting(), 2u);

    first->hold(std::make_unique<vendor_connection>(io.get_executor()));
    vendor_connection* const kept = first->held();
    std::move(*first).keep();
    EXPECT_FALSE(pool->try_acquire(now()));
    io.poll();
    EXPECT_EQ(served, std::vector<int>{2});
    EXPECT_EQ(second->held(), kept);

    second.reset();
    io.poll();
    EXPECT_EQ(served, (std::vector<int>{2, 3}));
    EXPECT_EQ(pool->leased(), 0u);
}

TEST_F(ConnectionPool, QueuesNoLongerThanToTheDeadline) {
    const auto pool = make(1);
    auto first = pool->try_acquire(now());
    bool answered = false;
    queue(pool, now() + milliseconds(5), [&](auto got) {
        answered = true;
        EXPECT_FALSE(got);
    });
    while (!answered)
        io.run_one();
    EXPECT_EQ(pool->waiting(), 0u);
    first.reset();
    EXPECT_EQ(pool->leased(), 0u);
}

TEST_F(ConnectionPool, PassesOnALeaseWhoseTakerWentMeanwhile) {
    const auto pool = make(1);
    {
        boost::asio::io_context gone(1);
        auto first = pool->try_acquire(now());
        boost::asio::co_spawn(gone, pool->acquire(sweeper, now() + seconds(60)),
                              [](std::exception_ptr, const std::optional<connection_pool::lease>&) {});
        gone.poll();
        EXPECT_EQ(pool->waiting(), 1u);
        first.reset(); // granted, but never to be picked up
        EXPECT_EQ(pool->leased(), 1u);
    }
    EXPECT_EQ(pool->leased(), 0u);
    EXPECT_EQ(pool->waiting(), 0u);
}

} // namespace
} // namespace evalbridge
