#include "export/csv.hpp"

#include "base/utf8.hpp"
#include "mapping/write.hpp"
#include "mapping/write_parts.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace evalbridge {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD
constexpr std::string_view columns[] = {
    "run_id",        "verdict_id", "result_id",    "trace_id",   "level",       "span_index", "span_name",
    "span_type",     "metric",     "native_name",  "native_id",  "metric_kind", "passed",     "passed_source",
    "score",         "value_type", "value_number", "value_text", "direction",   "reason",     "error",
    "agent_version", "latency_ms", "timestamp",    "inspected",  "mapping",
};

/// What makes a cell need quotes. Semicolons and tabs too: in half of Europe a spreadsheet splits at the one, and what
/// is pasted splits at the other.
constexpr auto plain_in_cell = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x20; c < 0x7f; ++c)
        table[c] = c != '"' && c != ',' && c != ';';
    return table;
}();

/// `=`, `+`, `-`, `@` and their full-width forms, tab, CR and LF; also behind spaces, which some programs pass over.
bool is_like_formula(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return false;
    text.remove_prefix(first);
    constexpr std::string_view full_width[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    return std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos ||
           std::ranges::any_of(full_width, [&](auto each) { return text.starts_with(each); });
}

void append_quoted(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c == '"') {
            out += "\"\"";
            ++at;
        } else if (c > 0 && c < 0x80) {
            out += text[at++];
        } else {
            const auto next = decode_utf8(text, at);
            out += next.valid && c != 0 ? text.substr(at, next.size) : replacement;
            at += next.size;
        }
    }
}

class row_writer {
  public:
    row_writer(std::string& out, bool guard) : out_(out), guard_(guard) {}

    void text(std::string_view cell) {
        separate();
        append_csv_text(out_, cell, guard_);
    }
    template <class T> void text_if(const std::optional<T>& cell) {
        text(cell ? std::string_view(*cell) : std::string_view());
    }
    /// Ours: a word, a time or a number, with nothing in it to quote.
    void word(std::string_view cell) {
        separate();
        out_ += cell;
    }
    void nothing() { separate(); }
    void number(const std::optional<double>& cell) {
        separate();
        if (cell)
            json_writer(out_).number(*cell);
    }
    template <class I> void integer(const std::optional<I>& cell) {
        separate();
        if (cell)
            json_writer(out_).integer(static_cast<std::int64_t>(*cell));
    }
    void end() { out_ += "\r\n"; }

  private:
    void separate() {
        if (!first_)
            out_ += ',';
        first_ = false;
    }

    std::string& out_;
    bool guard_;
    bool first_ = true;
};

std::string inspected_of(const verdict& v) {
    std::string json;
    json_writer out(json);
    detail::write_inspected(out, v.inspected);
    return json;
}

std::string mapping_of(const verdict& v) {
    constexpr std::string_view before = R"({"mapping":)";
    std::string json;
    json_writer out(json);
    out.begin_object();
    detail::write_making(out, v.measured.mapping, std::nullopt);
    out.end_object();
    return json.substr(before.size(), json.size() - before.size() - 1);
}

} // namespace

void append_csv_text(std::string& out, std::string_view text, bool guard) {
    const bool defused = guard && is_like_formula(text);
    const bool plain = !defused && (text.empty() || (text.front() != ' ' && text.back() != ' ')) &&
                       std::ranges::all_of(text, [](char c) { return plain_in_cell[static_cast<unsigned char>(c)]; });
    if (plain) {
        out += text;
        return;
    }
    out += '"';
    if (defused)
        out += '\'';
    append_quoted(out, text);
    out += '"';
}

void append_csv_header(std::string& out, const csv_options& options) {
    row_writer row(out, false);
    for (const auto each : columns)
        row.word(each);
    if (options.raw)
        row.word("raw");
    row.end();
}

void append_csv_row(std::string& out, const verdict& v, const csv_options& options) {
    const auto& m = v.measured;
    row_writer row(out, options.guard);
    row.text(v.run_id);
    row.text(v.id);
    row.text(v.result_id);
    row.text_if(v.trace_id);
    row.word(name_of(v.level));
    row.integer(v.span ? std::optional(v.span->index) : std::nullopt);
    if (v.span) {
        row.text_if(v.span->name);
        row.text_if(v.span->type);
    } else {
        row.nothing();
        row.nothing();
    }
    row.text(m.metric.name);
    row.text(m.metric.native_name);
    row.text_if(m.metric.native_id);
    row.word(name_of(m.metric.kind));
    row.word(!m.passed ? "" : *m.passed ? "true" : "false");
    row.word(name_of(m.decided_by));
    row.number(m.score);
    row.word(name_of(m.value.type));
    row.number(m.value.number);
    row.text_if(m.value.text);
    row.word(name_of(m.direction));
    row.text_if(m.reason);
    row.text_if(m.error);
    row.text_if(v.agent_version);
    row.integer(v.latency_ms);
    row.word(v.at ? format_timestamp(*v.at) : std::string());
    row.text(v.inspected.empty() ? std::string() : inspected_of(v));
    row.text(m.mapping.empty() ? std::string() : mapping_of(v));
    if (options.raw)
        row.text_if(m.raw);
    row.end();
}

} // namespace evalbridge
