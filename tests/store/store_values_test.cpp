// What becomes of values on their way into a column and back: what the store's code relies on of SOCI and of both
// engines.

#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <soci/soci.h>

#include <limits>

using namespace evalbridge;
using namespace evalbridge::testing;

namespace {

class StoredValues : public ::testing::TestWithParam<store_engine> {
  protected:
    test_database database{GetParam()};
    connection db{database.url()};

    void SetUp() override {
        db.open();
        db.sql().once << "CREATE TABLE held (name TEXT PRIMARY KEY, words TEXT, number BIGINT, score DOUBLE PRECISION)";
    }
    std::string round_trip(const std::string& words) {
        std::string out = "nothing";
        db.begin(true);
        db.sql() << "INSERT INTO held (name, words) VALUES ('x', :w) ON CONFLICT (name) DO UPDATE SET words = "
                    "excluded.words",
            soci::use(words);
        db.sql() << "SELECT words FROM held WHERE name = 'x'", soci::into(out);
        db.commit();
        return out;
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, StoredValues, both_engines(), engine_in_name);

} // namespace

TEST_P(StoredValues, TextsComeBackByteForByte) {
    const std::string rows[] = {"",
                                " ",
                                "it's :x ::int $1 ? \\ \\n \"q\"",
                                "\r\n\t\x01\x7f",
                                "é 中 🙂 \u202e",
                                "NULL",
                                "\ufeffmark",
                                std::string(5'000'000, 'x'),
                                "%_\\"};
    for (const auto& words : rows)
        EXPECT_EQ(round_trip(words), words) << words.substr(0, 40);
}

// The reason for the rule on connection::sql().
TEST_P(StoredValues, TextsThatAreNoneNeedCareBeforeTheyAreBound) {
    const bool takes_anything = GetParam() == store_engine::sqlite;
    EXPECT_EQ(round_trip(std::string("a\0b", 3)), takes_anything ? std::string("a\0b", 3) : "a");
    for (const std::string words : {"a\xff\xfe", "a\xed\xa0\x80", "a\xc3"}) {
        if (takes_anything)
            EXPECT_EQ(round_trip(words), words);
        else
            EXPECT_THROW(round_trip(words), soci::soci_error);
        if (!takes_anything)
            db.roll_back();
    }
}

TEST_P(StoredValues, NumbersComeBackWhole) {
    for (const long long number : {std::numeric_limits<long long>::min(), -1LL, 0LL, 1'760'000'000'000'000LL,
                                   std::numeric_limits<long long>::max()}) {
        long long out = 7;
        db.sql() << "INSERT INTO held (name, number) VALUES ('n', :n) ON CONFLICT (name) DO UPDATE SET number = "
                    "excluded.number",
            soci::use(number);
        db.sql() << "SELECT number FROM held WHERE name = 'n'", soci::into(out);
        EXPECT_EQ(out, number);
    }
    for (const double score : {0.0, 0.1, 1.0 / 3, 1e300, 5e-324, -123456789.123456789}) {
        double out = 7;
        db.sql() << "INSERT INTO held (name, score) VALUES ('s', :s) ON CONFLICT (name) DO UPDATE SET score = "
                    "excluded.score",
            soci::use(score);
        db.sql() << "SELECT score FROM held WHERE name = 's'", soci::into(out);
        EXPECT_EQ(out, score);
    }
}

TEST_P(StoredValues, NothingIsNothingAndNotTheEmptyText) {
    const std::string words;
    soci::indicator nothing = soci::i_null;
    db.sql() << "INSERT INTO held (name, words) VALUES ('null', :w)", soci::use(words, nothing);
    db.sql() << "INSERT INTO held (name, words) VALUES ('empty', :w)", soci::use(words);
    std::string out;
    soci::indicator how = soci::i_ok;
    db.sql() << "SELECT words FROM held WHERE name = 'null'", soci::into(out, how);
    EXPECT_EQ(how, soci::i_null);
    db.sql() << "SELECT words FROM held WHERE name = 'empty'", soci::into(out, how);
    EXPECT_EQ(how, soci::i_ok);
    EXPECT_THROW((db.sql() << "SELECT words FROM held WHERE name = 'null'", soci::into(out)), soci::soci_error);
}

TEST_P(StoredValues, ManyRowsGoInByOneStatement) {
    constexpr int many = 1000;
    std::vector<std::string> names;
    std::vector<long long> numbers;
    for (int i = 0; i < many; ++i) {
        names.push_back("row " + std::to_string(i));
        numbers.push_back(i);
    }
    db.begin(true);
    db.sql() << "INSERT INTO held (name, number) VALUES (:n, :i)", soci::use(names), soci::use(numbers);
    db.commit();
    long long sum = 0;
    db.sql() << "SELECT CAST(SUM(number) AS BIGINT) FROM held", soci::into(sum);
    EXPECT_EQ(sum, many * (many - 1) / 2);
}

TEST_P(StoredValues, AConnectionGoesOnAfterAFailedStatement) {
    db.begin(true);
    db.sql().once << "INSERT INTO held (name) VALUES ('one')";
    const std::string name = "one";
    {
        soci::statement again = (db.sql().prepare << "INSERT INTO held (name) VALUES (:n)", soci::use(name));
        EXPECT_THROW(again.execute(true), soci::soci_error);
    }
    db.roll_back();
    ASSERT_TRUE(db.is_open());
    long long rows = 7;
    db.sql() << "SELECT COUNT(*) FROM held", soci::into(rows);
    EXPECT_EQ(rows, 0);
}
