#pragma once
// Verdicts as CSV: RFC 4180, in UTF-8, with the same columns for every run of every vendor.
//
// A spreadsheet runs a cell that begins like a formula, and reasons and names were written by models and by whoever
// talked to them. So such a cell gets an apostrophe in front, inside its quotes (OWASP, "CSV Injection"). Numbers that
// are numbers here stay numbers, the negative ones too.

#include "mapping/verdict.hpp"

#include <string>
#include <string_view>

namespace evalbridge {

struct csv_options {
    bool guard = true; ///< against formulas; without, the texts are exactly those of the API
    bool raw = false;  ///< a last column with the vendor's JSON
};

/// U+FEFF, by which spreadsheets take the file for UTF-8.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The line with the columns' names.
void append_csv_header(std::string& out, const csv_options& options);
/// What isn't known is an empty cell; `inspected` and `mapping` are JSON.
void append_csv_row(std::string& out, const verdict& v, const csv_options& options);

/// One cell of text: quoted where it has to be; bytes that aren't UTF-8, and NUL, which no reader of CSV takes, become
/// U+FFFD.
void append_csv_text(std::string& out, std::string_view text, bool guard);

} // namespace evalbridge
