#include "config/node.hpp"

#include "tests/config/parsed.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge;
using namespace evalbridge::config;
using evalbridge::testing::lines;
using evalbridge::testing::parse;
using evalbridge::testing::scratch_folder;
using evalbridge::testing::test_environment;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ConfigSecret, ComesFromTheEnvironmentOrAFileBesideTheDocument) {
    const scratch_folder folder;
    folder.write("one", "from file\n");
    folder.write("crlf", "windows\r\n");
    const auto d = document::parse("a: env:TOKEN\nb: file:one\nc: 'file:crlf'\n", (folder.path() / "c.yaml").string(),
                                   test_environment);
    EXPECT_EQ(d.root().at("a").read_secret().reveal(), "s3cret");
    EXPECT_EQ(d.root().at("b").read_secret().reveal(), "from file");
    EXPECT_EQ(d.root().at("c").read_secret().reveal(), "windows");
    EXPECT_THAT(lines(d), IsEmpty());
}

TEST(ConfigSecret, ALiteralIsAFaultThatDoesNotRepeatIt) {
    for (const std::string literal :
         {"hunter2", "env:hunter2-x", "\"file:\"", "ENV:hunter2", "'env:'", "'env:hunter2 x'"}) {
        const auto d = parse("key: " + literal + "\n");
        EXPECT_TRUE(d.root().at("key").read_secret().empty());
        ASSERT_EQ(lines(d).size(), 1u) << literal;
        EXPECT_THAT(lines(d)[0], HasSubstr("a secret isn't written here itself"));
        EXPECT_THAT(lines(d)[0], Not(HasSubstr("hunter2")));
    }
}

TEST(ConfigSecret, AnUnusableSourceIsAFaultThatNamesItAlone) {
    const scratch_folder folder;
    folder.write("empty", "\n");
    folder.write("two", "first\nsecond\n");
    folder.write("spaced", "hunter2 \n");
    folder.write("huge", std::string(20'000, 'h'));
    const auto d =
        document::parse("a: env:UNSET\nb: env:EMPTY\nc: env:TWO_LINES\nd: file:empty\ne: file:none\nf: file:two\n"
                        "g: file:spaced\nh: file:huge\ni: [x]\nj: file:.\n",
                        (folder.path() / "c.yaml").string(), test_environment);
    for (const auto& [key, value] : d.root().members())
        EXPECT_TRUE(value.read_secret().empty()) << key;
    const auto found = lines(d);
    ASSERT_EQ(found.size(), 10u);
    const std::string_view reasons[] = {"a: the environment variable UNSET isn't set",
                                        "b: the environment variable EMPTY is empty",
                                        "c: the environment variable TWO_LINES holds a line break",
                                        "empty is empty",
                                        "none can't be read: No such file or directory",
                                        "two holds a line break",
                                        "spaced begins or ends with a space",
                                        "huge larger than",
                                        "i: expected a secret, found a list",
                                        "can't be read: Is a directory"};
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_THAT(found[i], HasSubstr(std::string(reasons[i])));
        EXPECT_THAT(found[i], Not(HasSubstr("hunter2")));
        EXPECT_THAT(found[i], Not(HasSubstr("X-Admin")));
    }
}
