#include "export/ndjson.hpp"

#include "mapping/write.hpp"

#include <algorithm>

namespace evalbridge {

void append_ndjson_row(std::string& out, const verdict& v) {
    const auto begin = static_cast<std::ptrdiff_t>(out.size());
    json_writer line(out);
    write(line, v);
    // Of the vendor's own JSON: a line break can only stand between two tokens.
    if (v.measured.raw)
        std::replace_if(out.begin() + begin, out.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    out += '\n';
}

void append_ndjson_cursor(std::string& out, std::string_view cursor, std::uint64_t rows) {
    json_writer line(out);
    line.begin_object().key("cursor").string(cursor).key("rows").unsigned_integer(rows).end_object();
    out += '\n';
}

void append_ndjson_end(std::string& out, std::uint64_t rows) {
    json_writer line(out);
    line.begin_object().key("cursor").null().key("rows").unsigned_integer(rows).end_object();
    out += '\n';
}

void append_ndjson_problem(std::string& out, std::string_view cursor, std::uint64_t rows, std::string_view problem) {
    json_writer line(out);
    line.begin_object();
    if (!cursor.empty())
        line.key("cursor").string(cursor);
    line.key("rows").unsigned_integer(rows);
    line.key("problem").raw(problem).end_object();
    out += '\n';
}

} // namespace evalbridge
