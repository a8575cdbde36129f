// EIO and ENOSPC at every write and fsync that keeping something takes, one after the other.

#include "tests/support/faulty_disk.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <soci/soci.h>

#include <set>
#include <thread>

using namespace evalbridge;
using namespace evalbridge::testing;
using namespace std::chrono_literals;
using ::testing::IsSupersetOf;

namespace {

struct fault_case {
    std::string name;
    disk_fault how;
    bool stays;
};

void PrintTo(const fault_case& c, std::ostream* out) { *out << c.name; }

class DiskFaults : public ::testing::TestWithParam<fault_case> {
  protected:
    faulty_disk disk;
    test_database database{store_engine::sqlite};
    std::set<long long> acknowledged;
    std::set<long long> tried;

    // A unit with enough in it for several pages; its rows are there all or none.
    static constexpr long long rows_of_a_unit = 3;
    static auto adding(long long mark) {
        return [mark](connection& db) {
            const std::string words(1500, static_cast<char>('a' + mark % 26));
            for (long long row = 0; row < rows_of_a_unit; ++row)
                db.sql() << "INSERT INTO marks (mark, row, words) VALUES (:m, :r, :w) ON CONFLICT DO NOTHING",
                    soci::use(mark), soci::use(row), soci::use(words);
        };
    }
    static void make_table(connection& db) {
        db.sql().once << "CREATE TABLE IF NOT EXISTS marks (mark BIGINT, row BIGINT, words TEXT, PRIMARY KEY (mark, "
                         "row))";
    }
    /// Marks that are whole. Fails for any that is there in part.
    static std::set<long long> whole(test_store& kept) {
        return kept.run([](connection& db) {
            std::string verdict;
            db.sql() << "PRAGMA integrity_check", soci::into(verdict);
            EXPECT_EQ(verdict, "ok");
            std::map<long long, long long> rows;
            const soci::rowset<long long> all = (db.sql().prepare << "SELECT mark FROM marks");
            for (const auto mark : all)
                ++rows[mark];
            std::set<long long> out;
            for (const auto& [mark, count] : rows) {
                EXPECT_EQ(count, rows_of_a_unit) << mark;
                out.insert(mark);
            }
            return out;
        });
    }
    void write(test_store& kept, long long mark) {
        tried.insert(mark);
        const auto out = kept.await(kept->write(adding(mark)));
        if (out)
            acknowledged.insert(mark);
        else
            EXPECT_EQ(out.error().code(), errc::store_unavailable);
    }
};

INSTANTIATE_TEST_SUITE_P(EveryKind, DiskFaults,
                         ::testing::Values(fault_case{"OneIoError", disk_fault::io_error, false},
                                           fault_case{"IoErrorsOn", disk_fault::io_error, true},
                                           fault_case{"OnceFull", disk_fault::disk_full, false},
                                           fault_case{"FullOn", disk_fault::disk_full, true}),
                         [](const auto& info) { return info.param.name; });

} // namespace

TEST_P(DiskFaults, LoseNothingThatWasAcknowledgedAndHarmNothing) {
    long long mark = 0;
    bool reached_the_end = false;
    for (int nth = 1; !reached_the_end; ++nth) {
        ASSERT_LT(nth, 300);
        {
            test_store kept(database);
            kept.run(make_table);
            write(kept, ++mark); // the store's thread is connected
            disk.fail_at(nth, GetParam().how, GetParam().stays);
            for (int i = 0; i < 3; ++i)
                write(kept, ++mark);
        } // the last to close writes the log into the file, or not
        reached_the_end = !disk.has_failed();
        disk.mend();
        test_store again(database);
        const auto stored = whole(again);
        EXPECT_THAT(stored, IsSupersetOf(acknowledged)) << nth;
        EXPECT_THAT(tried, IsSupersetOf(stored)) << nth;
    }
    EXPECT_GT(mark, 30);
}

TEST_P(DiskFaults, AreToldAndServiceIsBackOnceTheyEnd) {
    test_store kept(database);
    kept.run(make_table);
    write(kept, 1);
    disk.fail_at(1, GetParam().how, true);
    write(kept, 2);
    EXPECT_EQ(acknowledged, (std::set<long long>{1}));
    EXPECT_FALSE(kept->is_reachable());
    const auto count = [](connection& db) {
        long long out = 0;
        db.sql() << "SELECT COUNT(DISTINCT mark) FROM marks", soci::into(out);
        return out;
    };
    EXPECT_EQ(kept.await(kept->read(count)).value(), 1); // what is there can be read all the while
    EXPECT_FALSE(kept->is_reachable());
    disk.mend();
    const auto mended = std::chrono::steady_clock::now();
    while (!kept->is_reachable() && std::chrono::steady_clock::now() - mended < 5s)
        std::this_thread::sleep_for(5ms);
    EXPECT_LT(std::chrono::steady_clock::now() - mended, 2s);
    write(kept, 3);
    EXPECT_TRUE(acknowledged.contains(3));
}

TEST_P(DiskFaults, WhileTheSchemaIsAppliedLeaveItWholeOrToBeApplied) {
    bool reached_the_end = false;
    for (int nth = 1; !reached_the_end; nth += 1 + nth / 6) {
        ASSERT_LT(nth, 1000);
        const test_database fresh(store_engine::sqlite);
        disk.fail_at(nth, GetParam().how, GetParam().stays);
        try {
            const test_store opened(fresh);
        } catch (const std::runtime_error&) {
        }
        reached_the_end = !disk.has_failed();
        disk.mend();
        EXPECT_NO_THROW({
            test_store again(fresh);
            again.run(make_table);
            whole(again);
        }) << nth;
    }
}
