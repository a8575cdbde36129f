#include "base/notice.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

using evalbridge::notice;

TEST(Notice, TellsAllWhoListenOnceAndInTheirOrder) {
    notice told;
    std::vector<int> heard;
    const auto first = told.on_given([&] { heard.push_back(1); });
    const auto second = told.on_given([&] { heard.push_back(2); });
    EXPECT_FALSE(told.given());
    told.give();
    told.give();
    EXPECT_TRUE(told.given());
    EXPECT_EQ(heard, (std::vector{1, 2}));
}

TEST(Notice, DoesNotTellWhoStoppedListening) {
    notice told;
    int heard = 0;
    std::optional<notice::listening> gone = told.on_given([&] { ++heard; });
    auto moved = std::move(*gone);
    gone.reset();
    moved = notice::listening();
    told.give();
    EXPECT_EQ(heard, 0);
}

TEST(Notice, DoesNotTellWhoComesLate) {
    notice told;
    told.give();
    int heard = 0;
    const auto late = told.on_given([&] { ++heard; });
    told.give();
    EXPECT_EQ(heard, 0);
}

TEST(Notice, MayGoBeforeItsListeners) {
    std::optional<notice> told(std::in_place);
    const auto listening = told->on_given([] {});
    told.reset();
}

TEST(Notice, AllowsAListenerToEndWhoeverGaveIt) {
    std::optional<notice> told(std::in_place);
    bool heard = false;
    const auto listening = told->on_given([&] {
        told.reset();
        heard = true;
    });
    told->give();
    EXPECT_TRUE(heard);
}
