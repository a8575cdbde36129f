// `evalbridge store` on an SQLite file.

#include "cli/cli.hpp"
#include "cli/console.hpp"
#include "tests/support/scratch_folder.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <iostream>
#include <sstream>

using namespace evalbridge::cli;
using evalbridge::testing::scratch_folder;
using ::testing::HasSubstr;

namespace {

class StoreCommand : public ::testing::Test {
  protected:
    scratch_folder folder;
    std::filesystem::path file = folder.path() / "store.db";
    std::string out, err;

    int run(std::vector<const char*> arguments) {
        folder.write("key", "k");
        const std::string providers = R"({box: {vendor: staso, base_url: "http://127.0.0.1:1", api_key: file:key}})";
        const std::string text = "auth: none\nstore: sqlite:" + file.string() + "\nproviders: " + providers + "\n";
        const std::string config = folder.write("gateway.yaml", text);
        arguments.insert(arguments.begin(), {"evalbridge", "store"});
        arguments.insert(arguments.end(), {"--config", config.c_str()});
        std::ostringstream said, complained;
        auto* const cout = std::cout.rdbuf(said.rdbuf());
        auto* const cerr = std::cerr.rdbuf(complained.rdbuf());
        const int code = run_program(static_cast<int>(arguments.size()), arguments.data());
        std::cout.rdbuf(cout);
        std::cerr.rdbuf(cerr);
        out = said.str();
        err = complained.str();
        return code;
    }
};

} // namespace

TEST_F(StoreCommand, MakesNoFileByLookingOrPruning) {
    for (const auto& arguments : {std::vector{"check"}, {"prune"}, {"prune", "--dry-run"}}) {
        EXPECT_EQ(run(arguments), exit_failed);
        EXPECT_THAT(err, HasSubstr("there is no such file"));
        EXPECT_FALSE(std::filesystem::exists(file));
    }
    EXPECT_EQ(run({"migrate"}), exit_done) << err;
    EXPECT_TRUE(std::filesystem::exists(file));
    EXPECT_EQ(run({"prune", "--dry-run"}), exit_done) << err;
}

TEST_F(StoreCommand, ChecksAnythingAndTellsItAsJson) {
    ASSERT_EQ(run({"migrate"}), exit_done) << err;
    EXPECT_EQ(run({"check", "--json"}), exit_done) << err;
    EXPECT_EQ(boost::json::parse(out).at("good"), true);
    folder.write("store.db", std::string(8192, 'x'));
    EXPECT_EQ(run({"check", "--json"}), exit_failed);
    const auto told = boost::json::parse(out);
    EXPECT_EQ(told.at("good"), false);
    EXPECT_EQ(told.at("schema"), nullptr);
    EXPECT_THAT(told.at_pointer("/findings/0/what").as_string().c_str(), HasSubstr("not a database"));
    EXPECT_EQ(run({"check"}), exit_failed);
    EXPECT_THAT(out, HasSubstr("FAULT: 1 file that SQLite can't read as a database"));
    EXPECT_THAT(out, HasSubstr("not good\n"));
}
