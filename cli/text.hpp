#pragma once
// Text on a terminal: its width in columns, and nothing in it that a terminal would obey.

#include <cstddef>
#include <string>
#include <string_view>

namespace evalbridge::cli {

/// Columns that the text takes. Text is as `on_one_line` gives it.
std::size_t width_of(std::string_view text);

/// The text with line breaks, tabs and runs of spaces as one space, and without what moves the cursor, colours or turns
/// the writing direction: what a vendor or a judge wrote can't draw on somebody's terminal. Invalid bytes become
/// U+FFFD.
std::string on_one_line(std::string_view text);

/// At most `columns` wide, with an ellipsis at the end where something was cut.
std::string cut(std::string_view text, std::size_t columns);

/// `1,234`
std::string with_separators(long long number);
/// Four significant digits: `0.8333`, `12`.
std::string short_number(double number);
/// `87.5%`
std::string percentage(double share);
/// `0:42`, `1:02:03`
std::string clock_time(long long seconds);

} // namespace evalbridge::cli
