#include "gateway/http/request_checks.hpp"

#include "base/http_grammar.hpp"
#include "gateway/http/target.hpp"
#include "mapping/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace evalbridge {
namespace {

using std::chrono::milliseconds;

// Two of them are two answers to one question; the head check has seen to Host and the framing fields.
constexpr std::string_view single_fields[] = {"authorization",   "x-api-key",    "content-type",   "expect",
                                              "request-timeout", "x-request-id", "idempotency-key"};

error invalid(std::string_view where, std::string_view in, const std::string& detail) {
    return error(errc::invalid_request)
        .because(std::string(in) + " " + std::string(where) + ": " + detail)
        .fault(std::string(where), detail, std::string(in));
}

/// Levenshtein's, over names that are short.
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string unknown_parameter(std::string_view name, const std::vector<std::string_view>& known) {
    if (known.empty())
        return "the route takes no query parameters";
    std::string_view nearest;
    std::size_t least = 3; // edits; more is another word
    std::string names;
    for (const auto each : known) {
        (names += names.empty() ? "" : ", ") += each;
        const auto edits = name.size() > 64 ? least : edits_between(name, each);
        if (edits < least && edits < each.size()) {
            least = edits;
            nearest = each;
        }
    }
    std::string text = "the route takes no such query parameter";
    if (!nearest.empty())
        ((text += "; did you mean `") += nearest) += "`?";
    else
        ((text += "; it takes ") += names);
    return text;
}

/// `application/json`, alone or with a charset of UTF-8.
bool is_json_type(std::string_view text) {
    const auto mark = std::min(text.find(';'), text.size());
    if (!equal_folded(trim_whitespace(text.substr(0, mark)), "application/json"))
        return false;
    const auto parameter = trim_whitespace(text.substr(std::min(mark + 1, text.size())));
    return parameter.empty() || equal_folded(parameter, "charset=utf-8") ||
           equal_folded(parameter, "charset=\"utf-8\"");
}

} // namespace

std::optional<error> check_single_fields(const std::vector<std::pair<std::string, std::string>>& fields) {
    for (const auto name : single_fields)
        if (std::ranges::count(fields, name, [](const auto& f) -> std::string_view { return f.first; }) > 1)
            return invalid(name, "header", "the field is there more than once");
    return {};
}

result<milliseconds> request_timeout(std::string_view text, milliseconds usual, milliseconds longest) {
    if (text.empty())
        return usual;
    double seconds = 0;
    const bool decimal =
        text.size() <= 64 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    const bool whole = end == text.data() + text.size() && text.front() != '.' && text.back() != '.';
    if (!decimal || failed != std::errc() || !whole || !(seconds > 0))
        return invalid("request-timeout", "header", "expected a positive number of seconds, such as 30 or 2.5");
    if (seconds >= std::chrono::duration<double>(longest).count())
        return longest;
    return std::max(milliseconds(1), milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

result<std::vector<query_parameter>> read_query(std::string_view query, const route_options& options) {
    std::vector<query_parameter> parameters;
    std::string_view culprit;
    if (!parse_query(query, parameters, culprit))
        return invalid(culprit.substr(0, std::min<std::size_t>(culprit.find('='), 64)), "query",
                       "the percent-encoding is malformed, or hides control characters or what isn't UTF-8");
    for (const auto& each : parameters)
        if (std::ranges::find(options.query, each.name) == options.query.end())
            return invalid(each.name, "query", unknown_parameter(each.name, options.query));
    return parameters;
}

bool is_encoded(const std::vector<std::pair<std::string, std::string>>& fields) {
    return std::ranges::any_of(fields, [](const auto& each) {
        return each.first == "content-encoding" && !each.second.empty() && !equal_folded(each.second, "identity");
    });
}

std::optional<error> check_body(const route_options& options, std::string_view content_type, std::string_view body) {
    if (body.empty())
        return {};
    if (!options.takes_body)
        return error(errc::invalid_request).because("the route takes no body").fault("", "the route takes no body");
    // Asked for even where it is absent: a web page may post an untyped body to a loopback gateway without a preflight,
    // a typed one it may not.
    if (options.json_body && !is_json_type(content_type))
        return invalid("content-type", "header", "expected application/json");
    return {};
}

} // namespace evalbridge
