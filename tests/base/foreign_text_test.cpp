#include "base/foreign_text.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

const secret own("planted-secret");
constexpr credential_shape shapes[] = {{"ak_", 8, false}, {"tok_v1_", 0, true}};
const hidden_text hide{own, shapes, "[key]"};

TEST(ForeignText, LosesWhatCannotBeShown) {
    EXPECT_EQ(shown("a\nb\x01"
                    "c\x7f",
                    hide),
              "abc");
    EXPECT_EQ(shown("a\xC2\x85"
                    "b\xff\xfe"
                    "c",
                    hide),
              "abc")
        << "C1, and what is no UTF-8";
    EXPECT_EQ(shown("\xE2\x82\xAC", hide), "\xE2\x82\xAC");
    EXPECT_EQ(shown("", hide), std::nullopt);
    EXPECT_EQ(shown("\n\t", hide), std::nullopt);
}

TEST(ForeignText, IsCutAtACharactersBorder) {
    EXPECT_EQ(shown(std::string(199, 'x') + "\xC3\xA9 and more", hide), std::string(199, 'x'));
    EXPECT_EQ(shown("abcdef", hide, 3), "abc");
}

TEST(ForeignText, HidesTheKeyInUse) {
    EXPECT_EQ(shown("planted-secret, planted-secretplanted-secret", hide), "[key], [key][key]");
    EXPECT_EQ(shown("planted\n-secret.", hide), "[key].");
    const secret none;
    const hidden_text nothing{none, {}, "[key]"};
    EXPECT_EQ(shown("as it is", nothing), "as it is");
}

TEST(ForeignText, HidesWhatLooksLikeAKey) {
    EXPECT_EQ(shown("bad ak_live_0123; weak_point and ak_12 stay", hide), "bad [key]; weak_point and ak_12 stay");
    EXPECT_EQ(shown("key\nak_live_0123456789", hide), "key[key]") << "a line's end ends a word";
    EXPECT_EQ(shown("r-tok_v1_ab12.tok_v1_", hide), "r-[key].[key]");
    EXPECT_EQ(shown("ak_ ak_ ak_live_0123", hide), "ak_ ak_ [key]");
}

TEST(ForeignText, HidesBeforeItCuts) {
    const auto padding = std::string(195, ' ');
    EXPECT_EQ(shown(padding + "planted-secret", hide), padding + "[key]");
    EXPECT_EQ(shown(std::string(198, ' ') + "ak_live_0123456789", hide), std::string(198, ' ') + "[k");
}

} // namespace
} // namespace evalbridge
