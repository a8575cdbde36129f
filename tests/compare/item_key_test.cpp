#include "compare/item_key.hpp"

#include "compare/run_rows.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

TEST(NormalisedInput, IsTheSameWhateverTheWhiteSpace) {
    for (const auto* text : {"Where is my order?", "  Where is my order?\n", "Where  is\r\nmy\torder?",
                             "Where\nis my\n\norder?", "\v\fWhere is my order?\r\n"})
        EXPECT_EQ(normalised_input(text), "Where is my order?") << text;
}

TEST(NormalisedInput, KeepsCaseAndEverythingThatIsNoWhiteSpace) {
    EXPECT_EQ(normalised_input("A  \xC3\xA9 a"), "A \xC3\xA9 a");
    EXPECT_EQ(normalised_input("\xC2\xA0x"), "\xC2\xA0x") << "a no-break space is a letter here";
    EXPECT_EQ(normalised_input(" \r\n\t "), "");
    EXPECT_EQ(normalised_input(""), "");
}

TEST(ItemKey, IsTheBeginningOfTheSha256) {
    EXPECT_EQ(to_hex(key_of_text("abc")), "ba7816bf8f01cfea414140de5dae2223"); // FIPS 180-2, appendix B.1
    EXPECT_NE(key_of_text("a"), key_of_text("b"));
}

TEST(Intake, CountsItemsWithoutAnInputAsWithoutAKey) {
    run_result with, blank, none;
    with.input = "q";
    blank.input = " \n";
    for (auto* each : {&with, &blank, &none})
        each->verdicts.resize(2);
    run_intake intake;
    intake.begin_page({});
    for (const auto* each : {&with, &blank, &none})
        intake.add(*each);
    EXPECT_TRUE(intake.has_inputs());
    const auto rows = std::move(intake).take();
    EXPECT_EQ(rows.verdicts, 6u);
    EXPECT_EQ(rows.without_key, 4u);
    ASSERT_EQ(rows.rows.size(), 2u);
    EXPECT_EQ(rows.rows[1].position, 1u);
}

TEST(Intake, PassesOverVerdictsOfSpans) {
    verdict span;
    span.level = verdict_level::span;
    span.trace_id = "t";
    run_intake intake;
    intake.add(span);
    EXPECT_EQ(intake.verdicts(), 0u);
}

} // namespace
} // namespace evalbridge
