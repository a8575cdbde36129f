#include "tests/oracle/answer.hpp"

#include <boost/json/serialize.hpp>

#include <cmath>
#include <cstdlib>

namespace evalbridge::oracle {
namespace {

std::string shown(const json::value& value) {
    auto text = json::serialize(value);
    return text.size() > 300 ? text.substr(0, 300) + "..." : text;
}

std::string parted(const std::string& path, const json::value& expected, const json::value& written) {
    return path + ": the oracle has " + shown(expected) + ", the gateway " + shown(written);
}

bool same_number(const json::value& expected, const json::value& written) {
    const told number(&written);
    if (!number.is_number())
        return false;
    const auto digits = number.text();
    if (expected.is_int64())
        return digits == std::to_string(expected.get_int64());
    if (expected.is_uint64())
        return digits == std::to_string(expected.get_uint64());
    const auto value = std::strtod(digits.c_str(), nullptr);
    return value == expected.get_double() && std::signbit(value) == std::signbit(expected.get_double());
}

std::string compare(const std::string& path, const json::value& expected, const json::value& written) {
    if (expected.is_int64() || expected.is_uint64() || expected.is_double())
        return same_number(expected, written) ? std::string() : parted(path, expected, written);
    if (expected.is_array() && written.is_array()) {
        const auto& a = expected.get_array();
        const auto& b = written.get_array();
        if (a.size() != b.size())
            return parted(path + " (size)", expected, written);
        for (std::size_t i = 0; i < a.size(); ++i)
            if (auto found = compare(path + "/" + std::to_string(i), a[i], b[i]); !found.empty())
                return found;
        return {};
    }
    if (expected.is_object() && written.is_object()) {
        const auto& a = expected.get_object();
        const auto& b = written.get_object();
        for (const auto& member : a) {
            const auto* other = b.if_contains(member.key());
            const auto where = path + "/" + std::string(member.key());
            if (!other)
                return where + ": the gateway has none";
            if (auto found = compare(where, member.value(), *other); !found.empty())
                return found;
        }
        for (const auto& member : b)
            if (!a.contains(member.key()))
                return path + "/" + std::string(member.key()) + ": the oracle has none";
        return {};
    }
    return expected == written ? std::string() : parted(path, expected, written);
}

} // namespace

std::string difference(const json::value& expected, const json::value& written) {
    return compare("", expected, written);
}

std::string difference_of_text(const json::value& expected, std::string_view written) {
    const auto read = parse(written);
    if (!read)
        return "the gateway's answer isn't JSON: " + std::string(written.substr(0, 300));
    if (read->repeats_names)
        return "the gateway's answer has a name twice: " + std::string(written.substr(0, 300));
    return difference(expected, read->root);
}

} // namespace evalbridge::oracle
