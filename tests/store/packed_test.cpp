#include "store/packed.hpp"

#include <gmock/gmock.h>

#include <random>
#include <stdexcept>

using namespace evalbridge;

namespace {

std::string noise(std::size_t size) {
    std::mt19937 chance(7);
    std::string out(size, '\0');
    for (auto& each : out)
        each = static_cast<char>(chance());
    return out;
}

} // namespace

TEST(Packed, GivesBackEveryText) {
    const std::string verdict = R"({"metric":"task_completion_rate","passed":true,"reason":"The agent did it."})";
    std::string many;
    for (int i = 0; i < 20'000; ++i)
        many += verdict;
    const std::string rows[] = {
        "",   "a", std::string(127, 'x'), std::string(128, 'x'), std::string("a\0b", 3), many, noise(100'000),
        "zz", "tt"};
    for (const auto& text : rows) {
        EXPECT_EQ(unpack(pack(text)), text) << text.size();
        EXPECT_EQ(pack(text), pack(text));
        EXPECT_LE(pack(text).size(), text.size() + 1);
    }
    EXPECT_LT(pack(many).size(), many.size() / 50);
}

TEST(Packed, HoldsWhatIsCompressedAsPlainAscii) {
    for (const char each : pack(std::string(5000, 'x') + noise(10)))
        EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(each)) || each == '-' || each == '_') << each;
}

TEST(Packed, RefusesWhatItCannotHaveMade) {
    const auto good = pack(std::string(5000, 'x'));
    std::string claims_too_much = good;
    claims_too_much.replace(1, 11, "_________w8");
    const std::string rows[] = {
        "", "x", "xabc", "z", "zAAAA", "z!!!!", good.substr(0, good.size() - 4), good + "AAAA", claims_too_much};
    for (const auto& text : rows)
        EXPECT_THROW(unpack(text), std::runtime_error) << text;
}
