#include "runs/archive/kind_blocks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

namespace evalbridge {
namespace {

TEST(KindBlocks, GiveBackEveryNumber) {
    const std::uint64_t numbers[] = {0, 1, 31, 32, 33, 1023, 1024, 4096, 1'000'000'000'000};
    std::string text;
    for (const auto each : numbers)
        append_number(text, each);
    std::string_view rest = text;
    for (const auto each : numbers)
        EXPECT_EQ(take_number(rest), each);
    EXPECT_TRUE(rest.empty());
}

TEST(KindBlocks, RefuseWhatWasNeverWritten) {
    for (const std::string_view text : {"", "P", " ", "\x7f", "PPPPPPPPPPPPPPPPPPPPPPPP"}) {
        auto rest = text;
        EXPECT_THROW(take_number(rest), std::runtime_error) << text;
    }
}

TEST(KindBlocks, FindTheVerdictsOfTheKindsWanted) {
    std::mt19937 random(3);
    for (int turn = 0; turn < 50; ++turn) {
        std::vector<int> kinds;
        verdict_block block;
        for (auto left = random() % 500; left > 0; --left) {
            kinds.push_back(static_cast<int>(random() % 70));
            block.add(kinds.back());
        }
        std::vector<bool> wanted(random() % 70); // kinds that came later than it was made aren't
        for (std::size_t i = 0; i < wanted.size(); ++i)
            wanted[i] = random() % 3 == 0;
        std::vector<std::int64_t> expected;
        for (std::size_t i = 0; i < kinds.size(); ++i)
            if (static_cast<std::size_t>(kinds[i]) < wanted.size() && wanted[static_cast<std::size_t>(kinds[i])])
                expected.push_back(static_cast<std::int64_t>(i));
        const auto made = block.take(7);
        EXPECT_EQ(made.block, 7);
        EXPECT_EQ(count_wanted(made.counts, wanted), expected.size());
        EXPECT_EQ(places_wanted(made.kinds, wanted), expected);
        EXPECT_EQ(block.size(), 0);
    }
}

TEST(KindBlocks, FindTheResultsThatHaveAVerdictOfAKindWanted) {
    result_block block;
    block.add({0, 1, 1});
    block.add({});
    block.add({2});
    block.add({1, 2});
    const auto made = block.take(0);
    EXPECT_EQ(results_wanted(made.kinds, {false, true}), (std::vector<std::int64_t>{0, 3}));
    EXPECT_EQ(results_wanted(made.kinds, {false, false, true}), (std::vector<std::int64_t>{2, 3}));
    EXPECT_TRUE(results_wanted(made.kinds, {}).empty());
}

} // namespace
} // namespace evalbridge
