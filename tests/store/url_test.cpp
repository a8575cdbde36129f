#include "store/url.hpp"

#include <gmock/gmock.h>

using namespace evalbridge;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StoreUrl, NamesAFileOfSqlite) {
    struct row {
        std::string text;
        std::string path;
    };
    const row rows[] = {
        {"sqlite:evalbridge.db", "evalbridge.db"},
        {"sqlite:/var/lib/evalbridge/evalbridge.db", "/var/lib/evalbridge/evalbridge.db"},
        {"sqlite:///var/lib/evalbridge.db", "/var/lib/evalbridge.db"},
        {"sqlite:../a folder/é.db", "../a folder/é.db"},
    };
    for (const auto& [text, path] : rows) {
        const auto out = parse_store_url(text);
        ASSERT_TRUE(out) << text;
        EXPECT_EQ(out->engine, store_engine::sqlite);
        EXPECT_EQ(out->target.reveal(), path);
        EXPECT_EQ(out->shown, "sqlite:" + path);
    }
}

TEST(StoreUrl, ShowsAServerWithoutUserPasswordAndParameters) {
    struct row {
        std::string text;
        std::string shown;
    };
    const row rows[] = {
        {"postgresql://eve:s3cret@db.example:5432/evals", "postgresql://db.example:5432/evals"},
        {"postgres://eve:s3cret@db/evals?sslmode=verify-full&password=s3cret", "postgresql://db/evals"},
        {"postgresql://a:1,[::1]:5433/evals?user=eve%40corp", "postgresql://a:1,[::1]:5433/evals"},
        {"postgresql:///evals?host=/run/postgresql", "postgresql:///evals"},
        {"postgresql://eve:p%40ss%2Fw%3Frd@db", "postgresql://db"},
    };
    for (const auto& [text, shown] : rows) {
        const auto out = parse_store_url(text);
        ASSERT_TRUE(out) << text;
        EXPECT_EQ(out->engine, store_engine::postgresql);
        EXPECT_EQ(out->target.reveal(), text);
        EXPECT_EQ(out->shown, shown);
    }
}

TEST(StoreUrl, RefusesWhatIsNoStoreWithoutRepeatingIt) {
    const std::string rows[] = {
        "",
        "s3cret.db",
        "sqlite:",
        "sqlite::memory:",
        "sqlite://s3cret/x.db",
        "sqlite:file:s3cret?mode=memory",
        "sqlite:s3cret\".db",
        "sqlite:s3cret\n.db",
        std::string("sqlite:s3cret\0.db", 17),
        "mysql://eve:s3cret@db/evals",
        "postgresql://eve:s3cr@s3cret@db/evals",
        "postgresql://eve:s3/s3cret@db/evals",
        "postgresql://eve:s3cret?x@db/evals",
        "postgresql://eve:s3cret#x@db/evals",
        "postgresql://eve:s3cret/evals",
        "postgresql://eve@db/evals?password=s3cret\n",
        "postgresql://eve:123?s3cret@db/evals",
        "postgresql://eve:123#s3cret@db/evals",
        "postgresql://db/evals?password=s3@cret",
        "postgresql://eve:s3%cret@db/evals",
        "postgresql://eve:s3cret%4@db/evals",
        "postgresql://eve:s3cret%00@db/evals",
        "postgresql://eve@db/evals?password=s3cret%",
        "postgresql://eve:s3cret@db:s3/evals",
    };
    for (const auto& text : rows) {
        const auto out = parse_store_url(text);
        ASSERT_FALSE(out) << text;
        EXPECT_EQ(out.error().code(), errc::invalid_request);
        EXPECT_THAT(out.error().detail(), Not(HasSubstr("s3"))) << text;
    }
}

TEST(StoreUrl, TellsABadPortFromWhatIsNotEncoded) {
    for (const auto* port : {"badport", "0", "65536", "-1", "5432x"}) {
        const auto out = parse_store_url("postgresql://eve:s3cret@a,db:" + std::string(port) + "/evals");
        ASSERT_FALSE(out) << port;
        EXPECT_EQ(out.error().detail(), "a port must be a number from 1 to 65535");
    }
    EXPECT_THAT(parse_store_url("postgresql://eve:s3cret/evals").error().detail(), HasSubstr("end with an @"));
    EXPECT_THAT(parse_store_url("postgresql://eve:s3@cret@db/evals").error().detail(), HasSubstr("percent-encoded"));
    for (const auto* hosts : {"db:", "db:1,other:65535", "[::1]:5432", "[::1]"})
        EXPECT_TRUE(parse_store_url("postgresql://eve@" + std::string(hosts) + "/evals")) << hosts;
}
