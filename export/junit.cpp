#include "export/junit.hpp"

#include "export/xml_text.hpp"
#include "mapping/json_writer.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

constexpr std::size_t longest_message = 500; ///< bytes of a `message`: reports show it as a headline

/// The first line that has something on it, cut between characters; `usual` where none has.
std::string_view headline_of(std::string_view text, std::string_view usual) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return usual;
    text.remove_prefix(begin);
    text = text.substr(0, text.find_first_of("\r\n"));
    if (text.size() <= longest_message)
        return text;
    auto size = longest_message;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
        --size;
    return text.substr(0, size);
}

template <class T> std::string_view text_or_empty(const std::optional<T>& text) {
    return text ? std::string_view(*text) : std::string_view();
}

/// Seconds with three digits.
std::string seconds_text(std::int64_t milliseconds) {
    const auto rest = std::to_string(milliseconds % 1000);
    return std::to_string(milliseconds / 1000) + "." + std::string(3 - rest.size(), '0') + rest;
}

std::int64_t milliseconds_of(const verdict& v) { return std::max<std::int64_t>(0, v.latency_ms.value_or(0)); }

/// A verdict's id ends with `#2`, `#3`... where its item has the metric several times.
std::string_view repeat_of(std::string_view id) {
    const auto mark = id.rfind('#');
    return mark == std::string_view::npos ? std::string_view() : id.substr(mark);
}

std::string name_of_case(const verdict& v) {
    std::string name(std::string_view(v.result_id));
    if (v.span) {
        name.append(" span ").append(std::to_string(v.span->index));
        if (v.span->name)
            name.append(" ").append(std::string_view(*v.span->name));
    }
    if (const auto repeat = repeat_of(v.id); !repeat.empty())
        name.append(" ").append(repeat);
    return name;
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty())
        return;
    out.append(name).append(": ");
    append_xml_text(out, value);
    out += '\n';
}

/// What a person wants to see of a verdict that didn't pass, a line each.
void append_details(std::string& out, const verdict& v) {
    const auto& m = v.measured;
    append_line(out, "error", text_or_empty(m.error));
    append_line(out, "reason", text_or_empty(m.reason));
    if (m.score) {
        std::string score;
        json_writer(score).number(*m.score);
        append_line(out, "score", score);
    }
    append_line(out, "value", text_or_empty(m.value.text));
    append_line(out, "trace", text_or_empty(v.trace_id));
    append_line(out, "verdict", v.id);
}

void append_counts(std::string& out, const case_counts& counts) {
    append_xml_attribute(out, "tests", std::to_string(counts.tests));
    append_xml_attribute(out, "failures", std::to_string(counts.failures));
    append_xml_attribute(out, "errors", std::to_string(counts.errors));
    append_xml_attribute(out, "skipped", std::to_string(counts.skipped));
    append_xml_attribute(out, "time", seconds_text(counts.milliseconds));
}

/// `usual` where the verdict gives no reason.
void append_finding(std::string& out, std::string_view element, std::string_view why, std::string_view usual,
                    const verdict& v) {
    out.append("      <").append(element);
    append_xml_attribute(out, "message", headline_of(why, usual));
    if (element != "skipped") // which has no type in the schemas that readers go by
        append_xml_attribute(out, "type", v.measured.metric.name);
    out += '>';
    append_details(out, v);
    out.append("</").append(element).append(">\n");
}

} // namespace

case_outcome outcome_of(const verdict& v) {
    if (v.measured.error)
        return case_outcome::errored;
    if (!v.measured.passed)
        return case_outcome::skipped;
    return *v.measured.passed ? case_outcome::passed : case_outcome::failed;
}

void case_counts::add_time(std::int64_t more) {
    const auto room = std::numeric_limits<std::int64_t>::max() - milliseconds;
    milliseconds += std::min(room, more);
}

void case_counts::add(const verdict& v) {
    const auto outcome = outcome_of(v);
    ++tests;
    failures += outcome == case_outcome::failed;
    errors += outcome == case_outcome::errored;
    skipped += outcome == case_outcome::skipped;
    add_time(milliseconds_of(v));
}

void case_counts::add(const case_counts& others) {
    tests += others.tests;
    failures += others.failures;
    errors += others.errors;
    skipped += others.skipped;
    add_time(others.milliseconds);
}

void append_junit_case(std::string& out, const verdict& v) {
    out += "    <testcase";
    append_xml_attribute(out, "classname", v.measured.metric.name);
    append_xml_attribute(out, "name", name_of_case(v));
    if (v.latency_ms)
        append_xml_attribute(out, "time", seconds_text(milliseconds_of(v)));
    const auto outcome = outcome_of(v);
    if (outcome == case_outcome::passed) {
        out += "/>\n";
        return;
    }
    out += ">\n";
    const auto reason = text_or_empty(v.measured.reason);
    if (outcome == case_outcome::errored)
        append_finding(out, "error", text_or_empty(v.measured.error), "the metric could not be calculated", v);
    else if (outcome == case_outcome::failed)
        append_finding(out, "failure", reason, "the metric failed", v);
    else
        append_finding(out, "skipped", "", "nothing says whether it passed", v);
    out += "    </testcase>\n";
}

void append_junit_declaration(std::string& out) { out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"; }

void append_junit_suites_begin(std::string& out, std::string_view run_id, const case_counts& all) {
    out += "<testsuites";
    append_xml_attribute(out, "name", run_id);
    append_counts(out, all);
    out += ">\n";
}

void append_junit_suite_begin(std::string& out, std::string_view metric, const case_counts& counts) {
    out += "  <testsuite";
    append_xml_attribute(out, "name", metric);
    append_counts(out, counts);
    out += ">\n";
}

void append_junit_suite_end(std::string& out) { out += "  </testsuite>\n"; }
void append_junit_suites_end(std::string& out) { out += "</testsuites>\n"; }

} // namespace evalbridge
