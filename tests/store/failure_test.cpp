#include "store/failure.hpp"

#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

using namespace evalbridge;
using namespace evalbridge::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

template <class F> judged_failure judged(store_engine engine, F thrower) {
    try {
        thrower();
    } catch (...) {
        return judge_current_exception(engine);
    }
    throw std::logic_error("nothing was thrown");
}

} // namespace

TEST(StoreFailure, IsJudgedByItsCode) {
    struct row {
        store_engine engine;
        std::string code;
        store_failure kind;
    };
    const auto lite = store_engine::sqlite;
    const auto server = store_engine::postgresql;
    const row rows[] = {
        {lite, "5", store_failure::conflict},        // BUSY
        {lite, "517", store_failure::conflict},      // BUSY_SNAPSHOT
        {lite, "10", store_failure::refused},        // IOERR
        {lite, "1034", store_failure::refused},      // IOERR_FSYNC
        {lite, "13", store_failure::refused},        // FULL
        {lite, "8", store_failure::refused},         // READONLY
        {lite, "11", store_failure::refused},        // CORRUPT
        {lite, "19", store_failure::misuse},         // CONSTRAINT: one writes at a time
        {lite, "1", store_failure::misuse},          // ERROR
        {server, "40001", store_failure::conflict},  // serialization_failure
        {server, "40P01", store_failure::conflict},  // deadlock_detected
        {server, "55P03", store_failure::conflict},  // lock_not_available
        {server, "23505", store_failure::duplicate}, // unique_violation
        {server, "08006", store_failure::gone},      // connection_failure
        {server, "     ", store_failure::gone},      // closed without an answer
        {server, "57P01", store_failure::gone},      // admin_shutdown
        {server, "57P03", store_failure::gone},      // cannot_connect_now
        {server, "57014", store_failure::slow},      // query_canceled
        {server, "53100", store_failure::refused},   // disk_full
        {server, "25006", store_failure::refused},   // read_only_sql_transaction
        {server, "58030", store_failure::refused},   // io_error
        {server, "23502", store_failure::misuse},    // not_null_violation
        {server, "42601", store_failure::misuse},    // syntax_error
        {server, "22021", store_failure::misuse},    // character_not_in_repertoire
        {server, "25P02", store_failure::misuse},    // in_failed_sql_transaction
    };
    for (const auto& [engine, code, kind] : rows) {
        const auto out = judged(engine, [&] {
            if (engine == lite)
                throw soci::sqlite3_soci_error("words", std::stoi(code));
            throw soci::postgresql_soci_error("words", code.c_str());
        });
        EXPECT_EQ(static_cast<int>(out.kind), static_cast<int>(kind)) << code;
        EXPECT_THAT(out.code, HasSubstr(code));
    }
}

TEST(StoreFailure, TellsARefusedConnectionFromABug) {
    connection nobody(parse_store_url("postgresql://127.0.0.1:1/evals").value());
    EXPECT_EQ(judged(store_engine::postgresql, [&] { nobody.open(); }).kind, store_failure::gone);
    for (const auto engine : {store_engine::sqlite, store_engine::postgresql}) {
        const test_database database(engine);
        connection db(database.url());
        db.open();
        const auto reads_null = [&] {
            std::string out;
            db.sql() << "SELECT CAST(NULL AS TEXT)", soci::into(out);
        };
        EXPECT_EQ(judged(engine, reads_null).kind, store_failure::misuse);
        EXPECT_EQ(judged(engine, [] { throw std::runtime_error("a bug"); }).kind, store_failure::misuse);
    }
}

TEST(StoreFailure, SaysNothingOfWhereSociWas) {
    const std::pair<std::string, std::string> texts[] = {
        {"sqlite3_statement_backend::loadOne: database disk image is malformed", "database disk image is malformed"},
        {"sqlite3_session_backend::~x: words", "words"},
        {"no such table: runs", "no such table: runs"},
        {"a::b", "a::b"},
        {"::b: words", "::b: words"},
        {"a::: words", "a::: words"},
        {"", ""},
    };
    for (const auto& [thrown, told] : texts)
        EXPECT_EQ(judged(store_engine::sqlite, [&] { throw soci::sqlite3_soci_error(thrown, 11); }).text, told);
    const test_database database(store_engine::sqlite);
    connection db(database.url());
    db.open();
    EXPECT_THAT(judged(store_engine::sqlite, [&] { db.sql().once << "SELECT 1 FROM missing"; }).text,
                ::testing::StartsWith("no such table"));
}

TEST(StoreFailure, SaysNothingOfWhatTheRowHeld) {
    for (const auto engine : {store_engine::sqlite, store_engine::postgresql}) {
        const test_database database(engine);
        connection db(database.url());
        db.open();
        db.sql().once << "CREATE TABLE kept (words TEXT PRIMARY KEY)";
        const std::string words = "s3cret";
        const auto add = [&] { db.sql() << "INSERT INTO kept (words) VALUES (:w)", soci::use(words); };
        add();
        const auto out = judged(engine, add);
        EXPECT_THAT(out.text, Not(HasSubstr(words)));
        EXPECT_THAT(out.text, Not(HasSubstr("\n")));
        EXPECT_THAT(out.text, HasSubstr("constraint"));
    }
}
