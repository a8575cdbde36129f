// Streams that share one nameless file.

#include "gateway/handlers/spool.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace evalbridge {
namespace {

std::string all_of(spool& from, std::size_t stream) {
    std::string out;
    for (;;) {
        const auto before = out.size();
        const auto read = from.read(stream, out);
        EXPECT_TRUE(read);
        if (!read || out.size() == before)
            return out;
    }
}

TEST(Spool, GivesEachStreamBackWhateverWasWrittenBetween) {
    spool kept({::testing::TempDir(), 1ull << 30});
    std::vector<std::string> expected(3);
    for (auto& each : expected)
        EXPECT_EQ(kept.add_stream(), static_cast<std::size_t>(&each - expected.data()));
    for (int i = 0; i < 30'000; ++i) {
        const auto stream = static_cast<std::size_t>(i * 7 % 3);
        const auto text = "piece " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 200), '.');
        ASSERT_TRUE(kept.append(stream, text));
        expected[stream] += text;
    }
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(all_of(kept, i), expected[i]);
}

TEST(Spool, OfLittleTouchesNoDisk) {
    spool kept({"/nowhere/at/all", 1000});
    kept.add_stream();
    EXPECT_TRUE(kept.append(0, "little"));
    EXPECT_EQ(all_of(kept, 0), "little");
}

TEST(Spool, SaysWhyItCantTakeMore) {
    spool small({::testing::TempDir(), 1000});
    small.add_stream();
    const auto refused = small.append(0, std::string(1001, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), errc::overloaded);
    EXPECT_NE(refused.error().detail().find("max_spool"), std::string::npos);

    spool homeless({"/nowhere/at/all", 1ull << 30});
    homeless.add_stream();
    const auto failed = homeless.append(0, std::string(2 << 20, 'x'));
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().detail().find("No such file"), std::string::npos) << failed.error().detail();

    if (std::filesystem::exists("/dev/full")) { // not a folder: it can't be opened as one
        spool strange({"/dev/full", 1ull << 30});
        strange.add_stream();
        EXPECT_FALSE(strange.append(0, std::string(2 << 20, 'x')));
    }
}

} // namespace
} // namespace evalbridge
