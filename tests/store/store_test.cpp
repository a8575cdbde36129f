#include "tests/support/test_store.hpp"

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <soci/soci.h>

#include <future>
#include <thread>

using namespace evalbridge;
using namespace evalbridge::testing;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

namespace {

void make_table(connection& db) { db.sql().once << "CREATE TABLE marks (mark BIGINT PRIMARY KEY)"; }

// A unit of work as every one has to be: run again, it finds what it has done.
auto adding(long long mark) {
    return [mark](connection& db) {
        db.sql() << "INSERT INTO marks (mark) VALUES (:m) ON CONFLICT DO NOTHING", soci::use(mark);
        return mark;
    };
}

long long count(connection& db) {
    long long out = 0;
    db.sql() << "SELECT COUNT(*) FROM marks", soci::into(out);
    return out;
}

class Store : public ::testing::TestWithParam<store_engine> {
  protected:
    test_database database{GetParam()};
    test_store kept{database};

    void SetUp() override { kept.run(make_table); }
};

INSTANTIATE_TEST_SUITE_P(Engines, Store, both_engines(), engine_in_name);

/// Holds a thread of the store until it is let go.
class block {
  public:
    auto unit() {
        return [open = open_, this](connection&) {
            ++held_;
            open.wait();
        };
    }
    void wait_until_held(int by) const {
        while (held_ < by)
            std::this_thread::yield();
    }
    void let_go() { opener_.set_value(); }

  private:
    std::promise<void> opener_;
    std::shared_future<void> open_ = opener_.get_future().share();
    std::atomic<int> held_ = 0;
};

} // namespace

TEST_P(Store, DoesAUnitOfWorkForACoroutine) {
    EXPECT_EQ(kept.await(kept->write(adding(7))).value(), 7);
    EXPECT_EQ(kept.await(kept->read(count)).value(), 1);
    EXPECT_TRUE(kept->is_reachable());
}

TEST_P(Store, KeepsNothingOfAUnitThatThrows) {
    const auto half = [](connection& db) {
        adding(1)(db);
        throw std::runtime_error("the other half");
    };
    const auto out = kept.await([&]() -> awaitable<result<void>> { co_return co_await kept->write(half); }());
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code(), errc::internal);
    EXPECT_TRUE(kept.log.has("store_failed"));
    EXPECT_EQ(kept.run(count), 0);
    EXPECT_TRUE(kept->is_reachable());
}

TEST_P(Store, NeverSaysThatAUnitIsKeptWhichWentOnAfterAFailure) {
    const auto stubborn = [](connection& db) {
        adding(1)(db);
        try {
            db.sql().once << "INSERT INTO marks (mark) VALUES (1)";
        } catch (const std::exception&) {
        }
        adding(2)(db);
    };
    const auto out = kept->run_here(stubborn);
    EXPECT_EQ(kept.run(count), out ? 2 : 0);
}

TEST_P(Store, LetsNothingWriteThatSaidItReads) {
    const auto out = kept.await(kept->read(adding(1)));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code(), errc::internal);
    EXPECT_TRUE(kept->is_reachable());
    EXPECT_EQ(kept.run(count), 0);
}

TEST_P(Store, ShowsOneStateToWhoeverReads) {
    const auto looks_twice = [this](connection& db) {
        const auto before = count(db);
        std::thread([this] { test_store(database).run(adding(1)); }).join();
        return count(db) - before;
    };
    EXPECT_EQ(kept.await(kept->read(looks_twice)).value(), 0);
    EXPECT_EQ(kept.run(count), 1);
}

TEST_P(Store, RefusesAtOnceWhatItHasNoRoomFor) {
    store_options small;
    small.connections = 2;
    small.max_waiting = 3;
    test_store tight(database, small);
    block held;
    boost::asio::io_context shard(1);
    std::vector<result<void>> done;
    const auto one = [&](auto unit) -> awaitable<void> { done.push_back(co_await tight->write(unit)); };
    const int writers = GetParam() == store_engine::sqlite ? 1 : 2;
    for (int i = 0; i < writers; ++i)
        co_spawn(shard, one(held.unit()), boost::asio::detached);
    shard.poll();
    held.wait_until_held(writers);
    const auto mark = [](long long m) { return [m](connection& db) { adding(m)(db); }; };
    for (int i = 0; i < 5; ++i)
        co_spawn(shard, one(mark(i)), boost::asio::detached);
    shard.poll();
    ASSERT_EQ(done.size(), 2u); // while every thread is held
    for (const auto& each : done) {
        EXPECT_EQ(each.error().code(), errc::overloaded);
        EXPECT_TRUE(each.error().retryable());
        EXPECT_TRUE(each.error().retry_after());
    }
    held.let_go();
    shard.run();
    EXPECT_EQ(done.size(), 5u + static_cast<std::size_t>(writers));
    EXPECT_EQ(std::ranges::count_if(done, [](const auto& each) { return each.has_value(); }), 3 + writers);
    EXPECT_EQ(tight.run(count), 3);
}

TEST_P(Store, EndsOnlyWhenWhatItTookIsDone) {
    boost::asio::io_context shard(1);
    int done = 0;
    const auto one = [&](long long mark) -> awaitable<void> {
        const auto out = co_await kept->write(adding(mark));
        done += out.has_value();
    };
    for (int i = 0; i < 50; ++i)
        co_spawn(shard, one(i), boost::asio::detached);
    shard.poll();
    kept->stop();
    EXPECT_EQ(kept.run(count), 50);
    shard.run();
    EXPECT_EQ(done, 50);
    const auto late = kept.await(kept->write(adding(100)));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), errc::overloaded);
}

TEST_P(Store, OutlivesAShardThatEndsBeforeItsAnswer) {
    block held;
    {
        boost::asio::io_context shard(1);
        const auto one = [&]() -> awaitable<void> {
            const auto out = co_await kept->write(held.unit());
            static_cast<void>(out);
        };
        co_spawn(shard, one(), boost::asio::detached);
        shard.poll();
        held.wait_until_held(1);
        held.let_go();
        kept->stop(); // as the gateway does before its shards go
    }
    EXPECT_EQ(kept.run(count), 0);
}

TEST_P(Store, IsSharedBySeveralGateways) {
    constexpr int gateways = 3;
    constexpr int each_writes = 40;
    std::vector<std::jthread> running;
    std::atomic<int> failed = 0;
    for (int g = 0; g < gateways; ++g)
        running.emplace_back([&, g] {
            test_store own(database);
            for (int i = 0; i < each_writes; ++i)
                failed += !own.await(own->write(adding(g * each_writes + i))).has_value();
        });
    running.clear();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(kept.run(count), gateways * each_writes);
}

TEST_P(Store, TriesAgainWhatLostARaceForTheSameKey) {
    int tries = 0;
    const auto late = [&](connection& db) {
        ++tries;
        long long there = 0;
        db.sql() << "SELECT COUNT(*) FROM marks WHERE mark = 5", soci::into(there);
        if (GetParam() == store_engine::postgresql && tries == 1)
            std::thread([this] { test_store(database).run(adding(5)); }).join();
        if (there == 0)
            db.sql().once << "INSERT INTO marks (mark) VALUES (5)";
        return there;
    };
    const bool raced = GetParam() == store_engine::postgresql;
    EXPECT_EQ(kept.run(late), raced ? 1 : 0);
    EXPECT_EQ(tries, raced ? 2 : 1);
    const auto out = kept->run_here([](connection& db) { db.sql().once << "INSERT INTO marks (mark) VALUES (5)"; });
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code(), errc::internal);
}

TEST(SqliteStore, SyncsEveryCommitToTheDisk) {
    test_store kept(store_engine::sqlite);
    const auto settings = [](connection& db) {
        std::string journal;
        int synchronous = 0;
        int keys = 0;
        db.sql() << "PRAGMA journal_mode", soci::into(journal);
        db.sql() << "PRAGMA synchronous", soci::into(synchronous);
        db.sql() << "PRAGMA foreign_keys", soci::into(keys);
        return journal + " " + std::to_string(synchronous) + " " + std::to_string(keys);
    };
    constexpr const char* full = "wal 2 1"; // synchronous: 2 is FULL
    EXPECT_EQ(kept.run(settings), full);
    EXPECT_EQ(kept.await(kept->read(settings)).value(), full);
    EXPECT_EQ(kept.await(kept->write(settings)).value(), full);
}

TEST(SqliteStore, SaysThatADamagedFileCannotBeUsed) {
    const test_database database(store_engine::sqlite);
    {
        test_store kept(database);
        kept.run(make_table);
        kept.run([](connection& db) {
            for (long long mark = 0; mark < 3000; ++mark)
                adding(mark)(db);
        });
    }
    const auto damage_from = [&](std::uintmax_t place) {
        std::fstream file(database.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(place));
        file << std::string(std::filesystem::file_size(database.file()) - place, '\x5a');
    };
    test_store kept(database);
    damage_from(std::filesystem::file_size(database.file()) / 2);
    const auto out = kept->run_here([](connection& db) {
        std::vector<long long> all(5000);
        db.sql() << "SELECT mark FROM marks ORDER BY mark", soci::into(all);
        return all.size();
    });
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code(), errc::store_unavailable);
    EXPECT_TRUE(kept.log.has("malformed"));
    EXPECT_FALSE(kept->is_reachable());
    kept->stop();
    constexpr std::uintmax_t first_page = 4096;
    damage_from(first_page);
    EXPECT_THAT([&] { const test_store again(database); },
                ThrowsMessage<std::runtime_error>(HasSubstr("restore a backup")));
}
