#include "gateway/http/auth.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

authenticator sample() { return authenticator({{"ci", sha256("key-one")}, {"team", sha256("key-two")}}); }

TEST(Authenticator, NamesTheKeyWhicheverFieldHoldsIt) {
    const auto auth = sample();
    EXPECT_EQ(*auth.identify("Bearer key-one", ""), "ci");
    EXPECT_EQ(*auth.identify("bearer   key-two", ""), "team");
    EXPECT_EQ(*auth.identify("", "key-two"), "team");
    EXPECT_EQ(*auth.identify("Bearer key-one", "key-one"), "ci");
}

TEST(Authenticator, RefusesEverythingElse) {
    const auto auth = sample();
    struct {
        std::string_view authorization, key;
    } const cases[] = {
        {"", ""},
        {"Bearer", ""},
        {"Bearer ", ""},
        {"Basic key-one", ""},
        {"key-one", ""},
        {"Bearerkey-one", ""},
        {"Bearer key-one key-one", ""},
        {"Bearer key-three", ""},
        {"Bearer key-One", ""},
        {"Bearer key-one", "key-two"},
        {"Basic x", "key-one"},
        {"", "key-one "},
        {"", "key\xc3\xa9"},
    };
    for (const auto& each : cases) {
        const auto got = auth.identify(each.authorization, each.key);
        ASSERT_FALSE(got) << each.authorization << "|" << each.key;
        EXPECT_EQ(got.error().code(), errc::unauthenticated);
        EXPECT_EQ(got.error().detail().find("key-"), std::string::npos) << "an error repeats the key";
    }
    EXPECT_FALSE(auth.identify("", std::string(5000, 'k')));
}

TEST(Authenticator, WithoutKeysEverybodyIsAnonymous) {
    const authenticator open({});
    EXPECT_EQ(*open.identify("", ""), "anonymous");
    EXPECT_EQ(*open.identify("Basic whatever", "x"), "anonymous");
}

} // namespace
} // namespace evalbridge
