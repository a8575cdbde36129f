// A wire to PostgreSQL that is cut in the midst of a unit of work, or that goes silent.

#include "store/connection.hpp"
#include "store/failure.hpp"
#include "tests/support/tcp_proxy.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <soci/soci.h>

using namespace evalbridge;
using namespace evalbridge::testing;
using namespace std::chrono_literals;

namespace {

class PostgresCut : public ::testing::Test {
  protected:
    postgres_cluster& server = postgres_cluster::shared();
    const std::string database = server.make_database();
    tcp_proxy wire{server.port()};
    store_options options;
    std::optional<test_store> opened;
    std::atomic<int> tries = 0;
    std::atomic<int> found_its_own = 0;

    static store_options one_connection() {
        store_options out;
        out.connections = 1;
        return out;
    }
    store_url over_the_wire(const std::string& parameters = "") const {
        return parse_store_url("postgresql://postgres@127.0.0.1:" + std::to_string(wire.port()) + "/" + database +
                               parameters)
            .value();
    }
    test_store& kept() {
        if (!opened) {
            opened.emplace(over_the_wire(), one_connection());
            opened->run([](connection& db) { db.sql().once << "CREATE TABLE marks (mark BIGINT PRIMARY KEY)"; });
            EXPECT_EQ(mark(0), 0); // the store's thread is connected
            tries = 0;
        }
        return *opened;
    }
    /// Gives the number of rows it found of itself.
    long long mark(long long which) {
        const auto unit = [this, which](connection& db) {
            ++tries;
            long long own = 0;
            db.sql() << "SELECT COUNT(*) FROM marks WHERE mark = :m", soci::use(which), soci::into(own);
            found_its_own += own > 0;
            db.sql() << "INSERT INTO marks (mark) VALUES (:m) ON CONFLICT DO NOTHING", soci::use(which);
            return own;
        };
        const auto out = kept().await(kept()->write(unit));
        if (!out)
            throw std::runtime_error(std::string(name_of(out.error().code())));
        return *out;
    }
    long long count() {
        return kept().run([](connection& db) {
            long long out = 0;
            db.sql() << "SELECT COUNT(*) FROM marks", soci::into(out);
            return out;
        });
    }
};

} // namespace

TEST_F(PostgresCut, BeforeTheServerHearsTheCommitTheUnitRunsAgain) {
    kept();
    wire.cut_at("COMMIT", tcp_proxy::cut::before_the_server);
    EXPECT_EQ(mark(1), 0);
    EXPECT_EQ(wire.cuts(), 1);
    EXPECT_EQ(tries, 2);
    EXPECT_EQ(count(), 2);
    EXPECT_TRUE(kept()->is_reachable());
}

TEST_F(PostgresCut, AfterTheCommitTheUnitRunsAgainAndFindsItsOwnWork) {
    kept();
    wire.cut_at("COMMIT", tcp_proxy::cut::before_the_answer);
    EXPECT_EQ(mark(1), 1);
    EXPECT_EQ(wire.cuts(), 1);
    EXPECT_EQ(tries, 2);
    EXPECT_EQ(count(), 2);
}

TEST_F(PostgresCut, AnywhereElseTheUnitRunsAgainToo) {
    kept();
    long long next = 1;
    for (const std::string word : {"BEGIN", "SELECT COUNT", "INSERT"})
        for (const auto when : {tcp_proxy::cut::before_the_server, tcp_proxy::cut::before_the_answer}) {
            wire.cut_at(word, when);
            EXPECT_EQ(mark(next), 0) << word;
            ++next;
            EXPECT_EQ(wire.cuts(), next - 1) << word;
        }
    EXPECT_EQ(count(), next);
}

TEST_F(PostgresCut, ASilentServerIsGivenUpAndTakenAgainOnceItSpeaks) {
    kept();
    wire.go_silent();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_THROW(mark(1), std::runtime_error);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 12s);
    EXPECT_FALSE(kept()->is_reachable());
    wire.go_silent(false);
    const auto back = std::chrono::steady_clock::now();
    while (!kept()->is_reachable() && std::chrono::steady_clock::now() - back < 8s)
        std::this_thread::sleep_for(10ms);
    EXPECT_LT(std::chrono::steady_clock::now() - back, 5s);
    EXPECT_EQ(mark(1), 0);
    EXPECT_EQ(count(), 2);
}

// SOCI's own statement on a fresh connection, which libpq's timeout for connecting doesn't bound any more.
TEST_F(PostgresCut, AServerThatGoesSilentOnceItTookTheConnectionIsGivenUp) {
    connection db(over_the_wire("?connect_timeout=2"));
    wire.go_silent_at("extra_float_digits");
    const auto begun = std::chrono::steady_clock::now();
    try {
        db.open();
        ADD_FAILURE() << "it opened";
    } catch (...) {
        const auto why = judge_current_exception(store_engine::postgresql);
        EXPECT_EQ(why.kind, store_failure::gone);
        EXPECT_EQ(why.code, "08001");
    }
    EXPECT_FALSE(db.is_open());
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s); // 2 s and one more
    wire.go_silent(false);
    db.open();
    EXPECT_TRUE(db.is_open());
}
