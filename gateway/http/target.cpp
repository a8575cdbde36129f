#include "gateway/http/target.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace evalbridge {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

split_target split_request_target(std::string_view target) {
    if (!target.starts_with('/') && target != "*") {
        const auto authority = std::min(target.find("://"), target.size()) + 3;
        target.remove_prefix(std::min(target.find_first_of("/?", authority), target.size()));
    }
    const auto mark = std::min(target.find('?'), target.size());
    const auto path = target.substr(0, mark);
    return {path.empty() ? std::string_view("/") : path, target.substr(std::min(mark + 1, target.size()))};
}

bool percent_decode(std::string_view text, plus_sign plus, std::string& out) {
    out.clear();
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus == plus_sign::space) {
            out += ' ';
        } else if (text[at] != '%') {
            out += text[at];
        } else {
            if (text.size() - at < 3 || hex_value(text[at + 1]) < 0 || hex_value(text[at + 2]) < 0)
                return false;
            out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
            at += 2;
        }
    }
    return is_printable(out);
}

bool parse_query(std::string_view query, std::vector<query_parameter>& out, std::string_view& culprit) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty())
            continue;
        const auto equals = pair.find('=');
        query_parameter parameter;
        parameter.has_value = equals != std::string_view::npos;
        const auto value = parameter.has_value ? pair.substr(equals + 1) : std::string_view();
        if (!percent_decode(pair.substr(0, equals), plus_sign::space, parameter.name) ||
            !percent_decode(value, plus_sign::space, parameter.value)) {
            culprit = pair;
            return false;
        }
        out.push_back(std::move(parameter));
    }
    return true;
}

} // namespace evalbridge
