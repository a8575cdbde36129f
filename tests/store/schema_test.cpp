#include "store/schema.hpp"

#include "tests/store/as_nobody.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <soci/soci.h>

#include <barrier>
#include <thread>

using namespace evalbridge;
using namespace evalbridge::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

namespace {

class Schema : public ::testing::TestWithParam<store_engine> {
  protected:
    test_database database{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, Schema, both_engines(), engine_in_name);

const int newest = migrations().back().version;

void open_a_store(const store_url& on) { const test_store opened(on); }

} // namespace

TEST_P(Schema, IsAppliedOnceStepByStep) {
    connection db(database.url());
    db.open();
    EXPECT_EQ(schema_version(db), 0);
    EXPECT_EQ(migrate(db), newest);
    EXPECT_EQ(schema_version(db), newest);
    EXPECT_EQ(migrate(db), 0);
    int steps = 0;
    db.sql() << "SELECT COUNT(*) FROM schema_versions", soci::into(steps);
    EXPECT_EQ(steps, newest);
}

TEST_P(Schema, IsAppliedOnceBySeveralAtOnce) {
    constexpr int many = 8;
    std::barrier together(many);
    std::atomic<int> applied = 0;
    std::vector<std::jthread> gateways;
    for (int i = 0; i < many; ++i)
        gateways.emplace_back([&] {
            connection db(database.url());
            db.open();
            together.arrive_and_wait();
            applied += migrate(db);
        });
    gateways.clear();
    EXPECT_EQ(applied, newest);
}

TEST_P(Schema, OfANewerEvalbridgeIsLeftAlone) {
    open_a_store(database.url());
    connection db(database.url());
    db.open();
    db.sql().once << "INSERT INTO schema_versions (version, name, applied_at) VALUES (1000, 'later', 0)";
    EXPECT_THAT([&] { open_a_store(database.url()); },
                ThrowsMessage<std::runtime_error>(
                    AllOf(HasSubstr("version 1000"), HasSubstr("run the newer evalbridge"), Not(HasSubstr("folder")))));
    EXPECT_EQ(schema_version(db), 1000);
}

TEST_P(Schema, IsAppliedWholeOrNotAtAll) {
    connection db(database.url());
    db.open();
    // Something else has the name of a table that one of the steps wants.
    db.sql().once << "CREATE TABLE leases (other TEXT)";
    EXPECT_THROW(migrate(db), std::exception);
    const int reached = schema_version(db);
    EXPECT_LT(reached, newest);
    db.begin(true);
    db.sql().once << "DROP TABLE leases";
    db.commit();
    EXPECT_EQ(migrate(db), newest - reached);
}

TEST_P(Schema, FoldsWhatWasSearchedByFewerLetters) {
    connection db(database.url());
    db.open();
    migrate(db);
    db.begin(true);
    db.sql().once << "DELETE FROM schema_versions WHERE version >= 5";
    // As version 4 kept them: without the letters that it didn't know.
    const std::string texts[] = {"1\nΈλεγχος ґ", "2\nσίσυφος", "3\nnightly"};
    for (const auto& text : texts) {
        const auto id = text.substr(0, 1);
        db.sql() << "INSERT INTO runs (run_id, number, provider, vendor, status, terminal, created_at, first_seen_at, "
                    "updated_at, search_text, etag) VALUES (:id, "
                 << id << ", 'p', 'v', 'completed', 1, 0, 0, 0, :text, 'e')",
            soci::use(id), soci::use(text);
    }
    db.commit();
    EXPECT_GT(migrate(db), 0);
    std::vector<std::string> kept(3);
    for (std::size_t i = 0; i < kept.size(); ++i)
        db.sql() << "SELECT search_text FROM runs WHERE number = " << i + 1, soci::into(kept[i]);
    EXPECT_THAT(kept, ::testing::ElementsAre("1\nέλεγχοσ ґ", "2\nσίσυφοσ", "3\nnightly"));
}

TEST(SqliteFile, ThatIsNoDatabaseIsLeftAsItWas) {
    const scratch_folder folder;
    const std::string text(10'000, 'x');
    const auto path = folder.write("x.db", text);
    EXPECT_THAT([&] { open_a_store(parse_store_url("sqlite:" + path.string()).value()); },
                ThrowsMessage<std::runtime_error>(HasSubstr("not a database")));
    std::string after(text.size() + 1, ' ');
    after.resize(std::filesystem::file_size(path));
    std::ifstream(path, std::ios::binary).read(after.data(), static_cast<std::streamsize>(after.size()));
    EXPECT_EQ(after, text);
}

TEST(SqliteFile, InAFolderThatIsMissingOrMayNotBeWrittenSaysWhatToDo) {
    const scratch_folder folder;
    const auto say = AllOf(HasSubstr("cannot be opened"), HasSubstr("its folder must exist and be writable"));
    EXPECT_THAT([] { open_a_store(parse_store_url("sqlite:/nowhere/x.db").value()); },
                ThrowsMessage<std::runtime_error>(say));
    const as_nobody now;
    EXPECT_THAT([&] { open_a_store(parse_store_url("sqlite:" + (folder.path() / "x.db").string()).value()); },
                ThrowsMessage<std::runtime_error>(say));
}

TEST(SqliteFile, IsForItsUserAlone) {
    const test_database database(store_engine::sqlite);
    const test_store opened(database);
    for (const auto& each : std::filesystem::directory_iterator(database.file().parent_path()))
        EXPECT_EQ(each.status().permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
            << each.path();
}

TEST(PostgresqlServer, ThatIsNotThereSaysWhatToDo) {
    store_options brief;
    brief.patience = std::chrono::milliseconds(50);
    EXPECT_THAT(
        [&] { const test_store opened(parse_store_url("postgresql://eve:s3cret@127.0.0.1:1/evals").value(), brief); },
        ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("postgresql://127.0.0.1:1/evals"),
                                                HasSubstr("the server must run"), Not(HasSubstr("s3cret")))));
}

TEST(PostgresqlServer, NeedsNoRightToChangeASchemaThatIsUpToDate) {
    const test_database database(store_engine::postgresql);
    open_a_store(database.url());
    connection owner(database.url());
    owner.open();
    for (const auto* each : {"CREATE ROLE only_serves LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
                             "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO only_serves"})
        owner.sql().once << each;
    auto text = database.text();
    text.replace(text.find("user=postgres"), std::string("user=postgres").size(), "user=only_serves");
    EXPECT_NO_THROW(open_a_store(parse_store_url(text).value()));
}
