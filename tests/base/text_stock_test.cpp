#include "base/text_stock.hpp"

#include "base/shared_text.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace evalbridge {
namespace {

constexpr std::size_t large = 1024 * 1024;

/// On a thread of its own, so that no test finds what another has left.
template <class F> void on_a_thread(F work) { std::thread(work).join(); }

/// Gives back a text of that room, and says where it was.
const char* leave(std::size_t size) {
    auto text = text_stock::take(size);
    const auto* at = text.data();
    text_stock::give_back(std::move(text));
    return at;
}

TEST(TextStock, GivesTheSameRoomAgainAndEmpty) {
    on_a_thread([] {
        text_stock::keep_here();
        auto text = text_stock::take(large);
        text.assign(large, 'x');
        const auto* at = text.data();
        text_stock::give_back(std::move(text));
        text = text_stock::take(large / 2);
        EXPECT_EQ(text.data(), at);
        EXPECT_TRUE(text.empty());
        EXPECT_NE(text_stock::take(large / 2).data(), at);
    });
}

TEST(TextStock, GivesTheSmallestThatIsLargeEnough) {
    on_a_thread([] {
        text_stock::keep_here();
        auto larger = text_stock::take(4 * large);
        const auto* at = leave(2 * large);
        text_stock::give_back(std::move(larger));
        EXPECT_EQ(text_stock::take(large).data(), at);
        EXPECT_GE(text_stock::take(8 * large).capacity(), 8 * large);
    });
}

TEST(TextStock, KeepsNoMoreThanItMay) {
    on_a_thread([] {
        text_stock::keep_here();
        std::vector<std::string> texts;
        for (std::size_t i = 0; i <= text_stock::most_texts; ++i)
            texts.push_back(text_stock::take(text_stock::least_text));
        const auto* last = texts.back().data();
        for (auto& each : texts)
            text_stock::give_back(std::move(each));
        std::vector<std::string> again;
        for (std::size_t i = 0; i < text_stock::most_texts; ++i) {
            again.push_back(text_stock::take(text_stock::least_text));
            EXPECT_NE(again.back().data(), last);
        }
    });
}

TEST(TextStock, KeepsNoMoreBytesThanItMay) {
    on_a_thread([] {
        text_stock::keep_here();
        std::vector<std::string> texts;
        for (std::size_t bytes = 0; bytes <= text_stock::most_kept; bytes += 4 * large)
            texts.push_back(text_stock::take(4 * large));
        const auto* last = texts.back().data();
        for (auto& each : texts)
            text_stock::give_back(std::move(each));
        std::vector<std::string> again;
        for (std::size_t i = 1; i < texts.size(); ++i) {
            again.push_back(text_stock::take(4 * large));
            EXPECT_NE(again.back().data(), last);
        }
    });
}

TEST(TextStock, LetsGoOfWhatNobodyUses) {
    on_a_thread([] {
        text_stock::keep_here();
        auto used = text_stock::take(large);
        const auto* at = used.data();
        leave(4 * large);
        text_stock::give_back(std::move(used));
        text_stock::drop_unused();
        EXPECT_EQ(leave(large), at);
        text_stock::drop_unused();
        auto other = text_stock::take(2 * large);
        EXPECT_LT(other.capacity(), 4 * large) << "where the one that is gone would have served";
        EXPECT_EQ(text_stock::take(large).data(), at);
    });
}

TEST(TextStock, KeepsNothingThatIsTooSmallOrTooLarge) {
    on_a_thread([] {
        text_stock::keep_here();
        leave(text_stock::least_text / 2);
        leave(2 * text_stock::largest_text);
        const auto kept = text_stock::take(text_stock::least_text);
        EXPECT_LT(kept.capacity(), text_stock::largest_text);
    });
}

TEST(TextStock, KeepsWhatWasShared) {
    on_a_thread([] {
        text_stock::keep_here();
        auto text = text_stock::take(large);
        const auto* at = text.data();
        text += "seen by two";
        {
            const shared_text one(std::move(text));
            const auto two = one;
            EXPECT_NE(text_stock::take(large).data(), at);
        }
        EXPECT_EQ(text_stock::take(large).data(), at);
    });
}

TEST(TextStock, IsOnlyForThreadsThatWantIt) {
    on_a_thread([] {
        leave(large);
        text_stock::keep_here(); // nothing was kept before
        auto one = text_stock::take(large);
        auto two = text_stock::take(large);
        text_stock::give_back(std::move(one));
        EXPECT_EQ(text_stock::take(large / 2).capacity(), two.capacity());
    });
}

} // namespace
} // namespace evalbridge
