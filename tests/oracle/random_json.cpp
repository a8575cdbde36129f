#include "tests/oracle/random_json.hpp"

#include <algorithm>

namespace evalbridge::oracle {

std::string random_json::text() {
    std::string out = "\"";
    if (from_.one_in(12))
        return "\"\"";
    for (auto n = from_.below(6) + 1; n > 0; --n)
        out += from_.of({"a",          "trace-",
                         "7",          " ",
                         "é",          "€",
                         "\U0001F600", "\\n",
                         "\\\"",       "\\\\",
                         "\\/",        "\\u0041",
                         "\\u00e9",    "\\ud83d\\ude00",
                         "\\u0000",    "\\b\\f\\r\\t",
                         "=1+2",       ",",
                         "<&>",        ":",
                         "%",          "#",
                         "{}[]",       "a longer text of the kind that judges write, with a comma, "});
    if (!tame_ && from_.one_in(400))
        out += "\\ud800";
    return out + "\"";
}

std::string random_json::word() {
    return in_quotes(std::string(from_.of({"a", "b", "faithfulness", "Latency", "x y", "é", "rule"})) +
                     std::to_string(from_.below(20)));
}

std::string random_json::number() {
    if (from_.one_in(3))
        return std::to_string(static_cast<double>(from_.below(2000)) / 64 - 10);
    if (!tame_ && from_.one_in(8))
        return std::string(
            from_.of({"1e400", "-1e400", "1e309", "9223372036854775808", "18446744073709551616",
                      "123456789012345678901234567890", "1e-400", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "\" 1\"",
                      "\"0x1\"", "\"1.\"", "\".5\"", "\"+1\"", "\"01\"", "\"1e\"", "\"\""}));
    const auto plain = std::string(from_.of({"0",
                                             "1",
                                             "-1",
                                             "0.5",
                                             "1e3",
                                             "1E+2",
                                             "25e-1",
                                             "-0",
                                             "-0.0",
                                             "0.1",
                                             "0.30000000000000004",
                                             "3.0",
                                             "2.5",
                                             "9007199254740991",
                                             "9007199254740992",
                                             "9007199254740993",
                                             "1e15",
                                             "1e21",
                                             "123456.789e3",
                                             "0.000001",
                                             "1e-7",
                                             "5e-324",
                                             "1.7976931348623157e308",
                                             "2.2250738585072014e-308",
                                             "100"}));
    return from_.one_in(6) ? in_quotes(plain) : plain;
}

std::string random_json::score() {
    const auto plain = std::string(from_.of({"0", "1", "0.5", "0.25", "0.875", "0.333333333", "0.1", "3", "4.5"}));
    return from_.one_in(8) ? in_quotes(plain) : plain;
}

std::string random_json::count() {
    const auto plain = std::to_string(from_.below(from_.one_in(4) ? 100000 : 12));
    return from_.one_in(8) ? in_quotes(plain) : from_.one_in(8) ? plain + ".0" : plain;
}

std::string random_json::boolean() { return std::string(from_.of({"true", "false", "true", "false", "0", "1"})); }

std::string random_json::time() {
    const auto digits = [&](std::uint64_t below, std::uint64_t from) {
        const auto n = std::to_string(from_.below(below) + from);
        return n.size() < 2 ? "0" + n : n;
    };
    auto out = std::to_string(1990 + from_.below(60)) + "-" + digits(12, 1) + "-" + digits(tame_ ? 28 : 31, 1) +
               std::string(from_.of({"T", "T", "T", "t", " "})) + digits(24, 0) + ":" + digits(60, 0) + ":" +
               digits(tame_ ? 60 : 61, 0);
    out += from_.of({"", ".5", ".25", ".123", ".123456", ".000001", ".123456789", ".120000"});
    out += from_.of({"Z", "Z", "z", "", "+02:00", "-0530", "+14"});
    if (!tame_ && from_.one_in(8))
        out = from_.of({"", "now", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "0000-12-31T23:59:59-01:00",
                        "9999-12-31T23:59:59-00:01", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+05:",
                        "2026-01-01T00:00:00+2400", "1767225600", "1e9", "0001-01-01T00:00:00+01:00"});
    return in_quotes(out);
}

std::string random_json::anything(int depth) {
    switch (from_.below(depth > 0 ? 9 : 6)) {
    case 0: return "null";
    case 1: return boolean();
    case 2: return number();
    case 3: return text();
    case 4: return time();
    case 5: return count();
    case 6: return array(from_.below(4), [&](std::size_t) { return anything(depth - 1); });
    default: {
        object out(*this);
        for (auto n = from_.below(4); n > 0; --n)
            out.maybe("m" + std::to_string(n), anything(depth - 1));
        return out.done();
    }
    }
}

std::string random_json::camel(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (name[i] == '_' && i + 1 < name.size())
            out += static_cast<char>(name[++i] - 'a' + 'A');
        else
            out += name[i];
    return out;
}

std::string random_json::object::named(std::string_view name) {
    auto out = with_.camels && with_.from_.one_in(5) ? camel(name) : std::string(name);
    const bool escaped = with_.from_.one_in(100);
    return escaped && out.starts_with('i') ? "\\u0069" + out.substr(1) : out;
}

random_json::object& random_json::object::maybe(std::string_view name, std::string value) {
    if (with_.from_.one_in(7))
        return *this;
    return needed(name, with_.from_.one_in(10) ? "null" : std::move(value));
}

random_json::object& random_json::object::needed(std::string_view name, std::string value) {
    if (!with_.tame_ && with_.from_.one_in(120))
        value = with_.anything();
    return exactly(named(name), std::move(value));
}

random_json::object& random_json::object::exactly(std::string_view name, std::string value) {
    members_.emplace_back(name, std::move(value));
    return *this;
}

std::string random_json::object::done() {
    auto& from = with_.from_;
    if (from.one_in(6))
        members_.emplace_back("something_new", with_.anything(1));
    if (from.one_in(3))
        for (auto i = members_.size(); i > 1; --i)
            std::swap(members_[i - 1], members_[from.below(i)]);
    const auto space = std::string(from.of({"", "", "", " ", "\n\t"}));
    std::string out = "{";
    for (std::size_t i = 0; i < members_.size(); ++i)
        out += (i > 0 ? "," : "") + space + "\"" + members_[i].first + "\"" + space + ":" + space + members_[i].second;
    return out + space + "}";
}

} // namespace evalbridge::oracle
