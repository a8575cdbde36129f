#include "store/inspection.hpp"

#include "store/schema.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <soci/soci.h>

using namespace evalbridge;
using namespace evalbridge::testing;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

constexpr store_time now = 1'760'000'000'000'000;

class StoreInspection : public ::testing::TestWithParam<store_engine> {
  protected:
    test_database database{GetParam()};
    connection db{database.url()};

    void SetUp() override { db.open(); }
    void put(const std::string& statement) {
        db.begin(true);
        db.sql().once << statement;
        db.commit();
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreInspection, both_engines(), engine_in_name);

} // namespace

TEST_P(StoreInspection, OfANewStoreFindsNothing) {
    migrate(db);
    const auto seen = inspect(db, now);
    EXPECT_TRUE(seen.is_good());
    EXPECT_EQ(seen.version, seen.newest);
    EXPECT_THAT(seen.findings, IsEmpty());
    EXPECT_THAT(seen.tables, Contains(Field(&table_size::table, "runs")));
    EXPECT_THAT(seen.tables, Contains(Field(&table_size::table, "archived_verdicts")));
}

TEST_P(StoreInspection, OfADatabaseWithoutTheSchemaSaysSo) {
    const auto seen = inspect(db, now);
    EXPECT_EQ(seen.version, 0);
    EXPECT_FALSE(seen.is_good());
    EXPECT_EQ(schema_version(db), 0);
}

TEST_P(StoreInspection, FindsRowsThatBelongToNothing) {
    migrate(db);
    put("INSERT INTO run_history (run_id, step, at, status) VALUES ('a:b', 1, 0, 'pending')");
    put("INSERT INTO run_labels (run_id, name, value) VALUES ('a:b', 'team', 'x')");
    const auto seen = inspect(db, now);
    EXPECT_FALSE(seen.is_good());
    EXPECT_THAT(seen.findings, Contains(Field(&finding::what, HasSubstr("status changes"))));
    EXPECT_THAT(seen.findings, Contains(Field(&finding::what, HasSubstr("labels"))));
    EXPECT_THAT(seen.tables, Contains(Field(&table_size::rows, 1)));
}

TEST_P(StoreInspection, NotesWhatALaterStartPutsInOrder) {
    migrate(db);
    put("INSERT INTO archive_generations (archive, generation) VALUES (7, 1)");
    const auto seen = inspect(db, now);
    EXPECT_TRUE(seen.is_good());
    EXPECT_THAT(seen.findings, Contains(Field(&finding::is_fault, false)));
}

TEST(PostgresqlInspection, WarnsOfSettingsThatLoseCommits) {
    test_store opened(store_engine::postgresql);
    connection db(opened->url());
    db.open();
    EXPECT_THAT(inspect(db, now).notes, Contains(HasSubstr("fsync = off"))); // as tests have it
}
