// PostgreSQL stopped at once and started again while the store is written.

#include "tests/support/test_store.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <soci/soci.h>

#include <set>

using namespace evalbridge;
using namespace evalbridge::testing;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using boost::asio::use_awaitable;
using steady = std::chrono::steady_clock;

namespace {

class PostgresStop : public ::testing::Test {
  protected:
    postgres_cluster server;
    const std::string database = server.make_database();
    std::optional<test_store> opened;
    boost::asio::io_context shard{1};
    std::set<long long> acknowledged;
    std::map<std::string, int> refusals;
    long long next = 0;
    bool enough = false;

    void SetUp() override {
        opened.emplace(parse_store_url(server.tcp_url_of(database)).value());
        // `writer` has no key: a unit that didn't recognise itself would leave two rows.
        opened->run([](connection& db) { db.sql().once << "CREATE TABLE marks (mark BIGINT NOT NULL)"; });
    }
    static auto adding(long long mark) {
        return [mark](connection& db) {
            int own = 0;
            db.sql() << "SELECT COUNT(*) FROM marks WHERE mark = :m", soci::use(mark), soci::into(own);
            if (own == 0)
                db.sql() << "INSERT INTO marks (mark) VALUES (:m)", soci::use(mark);
        };
    }
    /// Writes marks of its own, each until it is acknowledged.
    awaitable<void> write_on() {
        boost::asio::steady_timer pause(shard);
        while (!enough) {
            const auto mark = next++;
            for (;;) {
                const auto unit = adding(mark);
                const auto out = co_await (*opened)->write(unit);
                if (out)
                    break;
                ++refusals[std::string(name_of(out.error().code()))];
                pause.expires_after(20ms);
                co_await pause.async_wait(use_awaitable);
            }
            acknowledged.insert(mark);
        }
    }
    /// How long it takes until the store is (not) reachable.
    steady::duration until_reachable(bool yes) {
        const auto begun = steady::now();
        while ((*opened)->is_reachable() != yes && steady::now() - begun < 10s)
            shard.run_for(5ms);
        return steady::now() - begun;
    }
    std::vector<long long> stored() {
        return opened->run([](connection& db) {
            const soci::rowset<long long> rows = (db.sql().prepare << "SELECT mark FROM marks ORDER BY mark");
            return std::vector<long long>(rows.begin(), rows.end());
        });
    }
};

} // namespace

TEST_F(PostgresStop, LosesNothingDoublesNothingAndServesAgainAtOnce) {
    constexpr int writers = 8;
    for (int i = 0; i < writers; ++i)
        co_spawn(shard, write_on(), boost::asio::detached);
    for (int stops = 0; stops < 2; ++stops) {
        const auto before = acknowledged.size();
        while (acknowledged.size() < before + 50)
            shard.run_for(5ms);
        server.stop_immediately();
        EXPECT_LT(until_reachable(false), 2s); // 1 s on a machine that has nothing else to do
        server.start();
        EXPECT_LT(until_reachable(true), 5s);
        const auto at_return = acknowledged.size();
        const auto returned = steady::now();
        while (acknowledged.size() == at_return && steady::now() - returned < 5s)
            shard.run_for(5ms);
        EXPECT_LT(steady::now() - returned, 5s);
    }
    enough = true;
    shard.run();
    const std::vector<long long> expected(acknowledged.begin(), acknowledged.end());
    EXPECT_EQ(stored(), expected);
    for (const auto& [code, times] : refusals)
        EXPECT_EQ(code, "store_unavailable") << times;
    EXPECT_TRUE(opened->log.has("store_unavailable"));
    EXPECT_TRUE(opened->log.has("store_serves_again"));
}

TEST_F(PostgresStop, IsToldByAServerThatNobodyAsks) {
    EXPECT_TRUE((*opened)->is_reachable());
    server.stop_immediately();
    EXPECT_LT(until_reachable(false), 2s); // 1 s on a machine that has nothing else to do
    server.start();
    EXPECT_LT(until_reachable(true), 5s);
}

TEST_F(PostgresStop, RefusesQuicklyWhileItIsAwayAndEndsQuickly) {
    server.stop_immediately();
    until_reachable(false);
    const auto begun = steady::now();
    for (int i = 0; i < 100; ++i) {
        const auto out = opened->await((*opened)->write(adding(i)));
        ASSERT_FALSE(out);
        EXPECT_EQ(out.error().code(), errc::store_unavailable);
        EXPECT_TRUE(out.error().retryable());
    }
    (*opened)->stop();
    EXPECT_LT(steady::now() - begun, 1s);
}

TEST_F(PostgresStop, AServerThatHangsIsGivenUp) {
    const auto unit = adding(1);
    ASSERT_TRUE(opened->await((*opened)->write(unit)));
    server.freeze();
    const auto begun = steady::now();
    EXPECT_LT(until_reachable(false), 5s); // 2 s, and 3 s more where a connection was being made
    const auto other = adding(2);
    EXPECT_FALSE(opened->await((*opened)->write(other)));
    EXPECT_LT(steady::now() - begun, 12s);
    server.thaw();
    EXPECT_LT(until_reachable(true), 5s);
    EXPECT_TRUE(opened->await((*opened)->write(other)));
    EXPECT_EQ(stored(), (std::vector<long long>{1, 2}));
}
