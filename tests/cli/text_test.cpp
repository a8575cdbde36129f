#include "cli/table.hpp"
#include "cli/text.hpp"
#include "tests/cli/fake_gateway.hpp"

#include <gtest/gtest.h>

using namespace evalbridge::cli;
using evalbridge::testing::kept_console;

TEST(TerminalText, CountsColumnsNotBytes) {
    EXPECT_EQ(width_of("plain"), 5u);
    EXPECT_EQ(width_of("caf\u00e9"), 4u);
    EXPECT_EQ(width_of("e\u0301"), 1u); // a combining accent
    EXPECT_EQ(width_of("\u6f22\u5b57"), 4u);
    EXPECT_EQ(width_of("\U0001F600"), 2u);
    EXPECT_EQ(width_of("\xFF\xFE"), 2u);
    EXPECT_EQ(width_of(""), 0u);
}

TEST(TerminalText, KeepsWhatATerminalWouldObeyOut) {
    EXPECT_EQ(on_one_line("two\nlines\tand  more "), "two lines and more");
    EXPECT_EQ(on_one_line("\x1b[31mred\x1b[0m\x07"), "[31mred [0m");
    EXPECT_EQ(on_one_line("a\u202eb\u2066c\u200ed"), "abcd"); // turned writing directions
    EXPECT_EQ(on_one_line("\u009b2J"), "2J");
    EXPECT_EQ(on_one_line("bad \xC3("), "bad \xEF\xBF\xBD(");
    EXPECT_EQ(on_one_line("\n \t"), "");
}

TEST(TerminalText, CutsWithAnEllipsisBetweenCharacters) {
    EXPECT_EQ(cut("verdict", 7), "verdict");
    EXPECT_EQ(cut("verdicts", 7), "verdic\u2026");
    EXPECT_EQ(cut("\u6f22\u5b57\u6f22", 5), "\u6f22\u5b57\u2026");
    EXPECT_EQ(cut("\u6f22\u5b57\u6f22", 4), "\u6f22\u2026"); // half a character can't be shown
    EXPECT_EQ(cut("ab", 1), "\u2026");
    EXPECT_EQ(cut("ab", 0), "");
}

TEST(TerminalText, WritesNumbersForPeople) {
    EXPECT_EQ(with_separators(0), "0");
    EXPECT_EQ(with_separators(999), "999");
    EXPECT_EQ(with_separators(1000), "1,000");
    EXPECT_EQ(with_separators(-1234567), "-1,234,567");
    EXPECT_EQ(with_separators(-100), "-100");
    EXPECT_EQ(short_number(0.83333333), "0.8333");
    EXPECT_EQ(short_number(12), "12");
    EXPECT_EQ(percentage(0.875), "87.5%");
    EXPECT_EQ(percentage(1), "100.0%");
    EXPECT_EQ(clock_time(7), "0:07");
    EXPECT_EQ(clock_time(3599), "59:59");
    EXPECT_EQ(clock_time(3723), "1:02:03");
}

TEST(Table, AlignsColumnsWhateverTheirScript) {
    kept_console console;
    table t({{"NAME"}, {"N", align::right}, {"REASON"}});
    t.add({{"\u6f22\u5b57"}, {"1"}, {"first"}});
    t.add({{"a"}, {"1,000"}, {"second\nline"}});
    t.print(console.to);
    EXPECT_EQ(console.out.str(), "NAME      N  REASON\n"
                                 "\u6f22\u5b57      1  first\n"
                                 "a     1,000  second line\n");
}

TEST(Table, MakesTheWidestColumnGiveWayOnATerminal) {
    kept_console console;
    console.to.width = 30;
    table t({{"METRIC"}, {"REASON"}});
    t.add({{"task_completion_rate"}, {"the agent ended with an error after seven calls"}});
    t.print(console.to);
    std::istringstream lines(console.out.str());
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(width_of(line), 30u) << line;
    EXPECT_NE(console.out.str().find("\u2026"), std::string::npos);
}

TEST(Table, FitsWidthsByTakingFromTheWidest) {
    EXPECT_EQ(fit_widths({5, 50, 10}, 0), (std::vector<std::size_t>{5, 50, 10}));
    EXPECT_EQ(fit_widths({5, 50, 10}, 40), (std::vector<std::size_t>{5, 21, 10}));
    EXPECT_EQ(fit_widths({30, 30}, 22), (std::vector<std::size_t>{10, 10}));
    EXPECT_EQ(fit_widths({8, 8}, 3), (std::vector<std::size_t>{6, 6})); // no narrower, it wraps
}

TEST(Table, ColoursOnlyWhereAsked) {
    table t({{"P"}});
    t.add({{"failed", tint::bad}});
    kept_console plain, coloured;
    coloured.to.colours = true;
    t.print(plain.to);
    t.print(coloured.to);
    EXPECT_EQ(plain.out.str().find('\x1b'), std::string::npos);
    EXPECT_NE(coloured.out.str().find("\x1b[31mfailed\x1b[0m"), std::string::npos);
}
