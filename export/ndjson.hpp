#pragma once
// Verdicts as lines of JSON, and the lines between them that say how a broken export goes on.

#include "mapping/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

/// The very bytes that a list of verdicts has for it, but for line breaks in the vendor's own JSON, and a line break.
void append_ndjson_row(std::string& out, const verdict& v);

/// `{"cursor":"...","rows":1000}`: what a client that has read this far goes on with. `rows` counts from the first row
/// of the list, whatever the export began with. No verdict's line begins like it: theirs begin with `id`.
void append_ndjson_cursor(std::string& out, std::string_view cursor, std::uint64_t rows);
/// `{"cursor":null,"rows":2500}`: that was all of it.
void append_ndjson_end(std::string& out, std::uint64_t rows);
/// `{"cursor":"...","rows":2000,"problem":{...}}`: it broke off here. `problem` is JSON; an empty cursor is left out.
void append_ndjson_problem(std::string& out, std::string_view cursor, std::uint64_t rows, std::string_view problem);

} // namespace evalbridge
