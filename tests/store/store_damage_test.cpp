// What `store check` tells of stores that aren't whole.

#include "store/failure.hpp"
#include "store/inspection.hpp"
#include "store/packed.hpp"
#include "store/schema.hpp"
#include "tests/store/as_nobody.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <soci/soci.h>

#include <map>

using namespace evalbridge;
using namespace evalbridge::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

constexpr store_time now = 1'760'000'000'000'000;
constexpr std::size_t page_bytes = 4096;

void put(connection& db, const std::string& statement) {
    db.begin(true);
    db.sql().once << statement;
    db.commit();
}

/// Rows enough that tables and indexes have pages below their roots.
void fill(connection& db) {
    const std::string numbers =
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ";
    put(db, numbers + "900) INSERT INTO run_history (run_id, step, at, status) SELECT 'a:' || n, 1, n, 'pending' FROM "
                      "numbers WHERE n > 0");
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class DamagedFile : public ::testing::Test {
  protected:
    test_database database{store_engine::sqlite};
    std::string whole;
    std::map<std::size_t, std::string> owners; ///< of pages

    void SetUp() override {
        {
            connection db(database.url());
            db.open();
            migrate(db);
            fill(db);
            read_owners(db);
        }
        whole = bytes_of(database.file());
    }
    void read_owners(connection& db) {
        const soci::rowset<soci::row> rows =
            (db.sql().prepare << "SELECT CAST(d.pageno AS BIGINT), COALESCE(m.tbl_name, 'sqlite_schema') FROM dbstat d "
                                 "LEFT JOIN sqlite_schema m ON m.name = d.name");
        for (const auto& row : rows)
            owners[static_cast<std::size_t>(std::stoll(row.get<std::string>(0)))] = row.get<std::string>(1);
    }
    /// What is found in a copy in which that page holds nothing but zeros.
    inspection without_page(std::size_t number) {
        auto text = whole;
        text.replace((number - 1) * page_bytes, page_bytes, page_bytes, '\0');
        const scratch_folder copy;
        connection db(parse_store_url("sqlite:" + copy.write("store.db", text).string()).value(),
                      connection_use::inspecting);
        return inspect(db, now);
    }
};

class DamagedStore : public ::testing::TestWithParam<store_engine> {
  protected:
    test_database database{GetParam()};
    connection db{database.url()};

    void SetUp() override {
        db.open();
        migrate(db);
    }
    std::vector<std::string> findings() {
        std::vector<std::string> out;
        for (const auto& each : inspect(db, now).findings)
            out.push_back(std::to_string(each.count) + " " + each.what);
        return out;
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, DamagedStore, both_engines(), engine_in_name);

} // namespace

TEST_F(DamagedFile, IsToldByTheTableThatTheDamageIsIn) {
    ASSERT_GT(owners.size(), 40u);
    for (const auto& [page, table] : owners) {
        const auto seen = without_page(page);
        EXPECT_FALSE(seen.is_good()) << page;
        if (table == "sqlite_schema")
            EXPECT_THAT(seen.findings, Contains(Field(&finding::is_fault, true))) << page;
        else
            EXPECT_THAT(seen.findings, Contains(Field(&finding::what, HasSubstr("in the pages of " + table + ";"))))
                << page;
    }
}

TEST_F(DamagedFile, IsCountedWhereItCanStillBeRead) {
    const auto page = std::ranges::find_if(owners, [](const auto& each) { return each.second == "run_labels"; })->first;
    const auto seen = without_page(page);
    EXPECT_THAT(seen.tables, Contains(AllOf(Field(&table_size::table, "run_history"), Field(&table_size::rows, 900))));
    EXPECT_THAT(seen.findings, Contains(Field(&finding::what, HasSubstr("status changes of runs"))));
    EXPECT_EQ(seen.version, seen.newest);
}

TEST_F(DamagedFile, ThatIsMissingOrMayNotBeReadIsNoFinding) {
    const scratch_folder empty;
    connection nowhere(parse_store_url("sqlite:" + (empty.path() / "x.db").string()).value(),
                       connection_use::inspecting);
    EXPECT_ANY_THROW(inspect(nowhere, now));
    EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
}

TEST_P(DamagedStore, LosesNoLookByAnotherThatFails) {
    put(db, "INSERT INTO run_history (run_id, step, at, status) VALUES ('a:b', 1, 0, 'pending')");
    put(db, "DROP TABLE run_labels");
    const auto seen = inspect(db, now);
    EXPECT_FALSE(seen.is_good());
    EXPECT_THAT(seen.findings,
                Contains(Field(&finding::what, AllOf(HasSubstr("look that failed, at the rows of run_labels: "),
                                                     HasSubstr("run_labels")))));
    EXPECT_THAT(seen.findings, Contains(Field(&finding::what, "status changes of runs that aren't there")));
    EXPECT_THAT(seen.tables, Contains(Field(&table_size::table, "runs")));
}

TEST_P(DamagedStore, IsToldByTheTextsThatCannotBeUnpacked) {
    auto damaged = pack(std::string(300, 'x'));
    damaged[damaged.size() / 2] ^= 1;
    const auto quoted = "'" + damaged + "'";
    put(db, "INSERT INTO run_documents (run_id, document) VALUES ('a:1', 't{}'), ('a:2', 't{\"id'), ('a:3', " + quoted +
                ")");
    put(db, "INSERT INTO archived_answers (archive, request, status, fields, body) VALUES (7, 'GET /', 200, '[]', 'tno "
            "JSON'), (7, 'GET /x', 200, '[]', " +
                quoted + ")");
    put(db, "INSERT INTO archived_documents (archive, generation, name, body) VALUES (7, 1, 'run', " + quoted + ")");
    put(db, "INSERT INTO archived_results (archive, generation, position, result_id, body) VALUES (7, 1, 4, 'r', " +
                quoted + ")");
    put(db,
        "INSERT INTO archived_verdicts (archive, generation, position, result, kind, body) VALUES (7, 1, 5, 4, 0, " +
            quoted + "), (7, 1, 6, 4, 0, '')");
    put(db,
        "INSERT INTO archived_blocks (archive, generation, list, block, counts, kinds) VALUES (7, 1, 'v', 0, 't', " +
            quoted + ")");
    EXPECT_THAT(
        findings(),
        ElementsAre(
            "2 texts of run_documents.document that are damaged; the first: a:2",
            "1 texts of archived_answers.body that are damaged; the first: archive 7, GET /x",
            "1 texts of archived_documents.body that are damaged; the first: archive 7, generation 1, run",
            "1 texts of archived_results.body that are damaged; the first: archive 7, generation 1, position 4",
            "2 texts of archived_verdicts.body that are damaged; the first: archive 7, generation 1, position 5",
            "1 texts of archived_blocks.kinds that are damaged; the first: archive 7, generation 1, list v, block 0"));
}

TEST_P(DamagedStore, IsReadToItsLastText) {
    put(db, "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000) INSERT INTO "
            "archived_verdicts (archive, generation, position, result, kind, body) SELECT 1, 1, n, 1, 0, 't{}' FROM "
            "numbers WHERE n > 0");
    EXPECT_THAT(findings(), IsEmpty());
    put(db, "INSERT INTO archived_verdicts (archive, generation, position, result, kind, body) VALUES (1, 1, 5001, 1, "
            "0, 'x')");
    EXPECT_THAT(findings(), ElementsAre("1 texts of archived_verdicts.body that are damaged; the first: archive 1, "
                                        "generation 1, position 5001"));
}

TEST(ReadOnlyFile, IsInspectedWhereItLies) {
    const test_database database(store_engine::sqlite);
    {
        connection db(database.url());
        db.open();
        migrate(db);
    }
    const auto folder = database.file().parent_path();
    namespace fs = std::filesystem;
    fs::permissions(database.file(), fs::perms(0444));
    fs::permissions(folder, fs::perms(0555));
    const as_nobody reader;
    connection db(database.url(), connection_use::inspecting);
    EXPECT_TRUE(inspect(db, now).is_good());
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST(ReadOnlyFile, IsInspectedWithWhatIsStillInTheLog) {
    const test_database database(store_engine::sqlite);
    connection gateway(database.url());
    gateway.open();
    migrate(gateway);
    fill(gateway);
    namespace fs = std::filesystem;
    for (const auto* suffix : {"", "-wal", "-shm"})
        fs::permissions(fs::path(database.file()).concat(suffix), fs::perms(0444));
    fs::permissions(database.file().parent_path(), fs::perms(0555));
    const as_nobody reader;
    connection db(database.url(), connection_use::inspecting);
    EXPECT_THAT(inspect(db, now).tables,
                Contains(AllOf(Field(&table_size::table, "run_history"), Field(&table_size::rows, 900))));
}

TEST(InspectedFile, StaysAsItWas) {
    const scratch_folder folder;
    const auto file = folder.path() / "a b#c?%41.db";
    const auto url = parse_store_url("sqlite:" + file.string()).value();
    {
        connection db(url);
        db.open();
        migrate(db);
    }
    const auto before = bytes_of(file);
    connection db(url, connection_use::inspecting);
    EXPECT_TRUE(inspect(db, now).is_good());
    db.close();
    EXPECT_EQ(bytes_of(file), before);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}
