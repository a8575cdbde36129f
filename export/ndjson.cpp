#include "export/ndjson.hpp"

#include "mapping/write.hpp"

namespace evalbridge {

void append_ndjson_row(std::string& out, const verdict& v) {
    json_writer line(out);
    write(line, v);
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
