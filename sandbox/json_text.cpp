#include "sandbox/json_text.hpp"

#include <boost/json/serialize.hpp>

#include <charconv>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

void append_double(std::string& out, double number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    const std::string_view text(digits, static_cast<std::size_t>(end - digits));
    out += text;
    if (text.find_first_not_of("-0123456789") == std::string_view::npos)
        out += ".0"; // keeps a double a double, as Python's writer does
}

void append(std::string& out, const json::value& value) {
    if (const auto* object = value.if_object()) {
        char separator = '{';
        for (const auto& member : *object) {
            out += separator;
            out += json::serialize(json::string(member.key()));
            out += ':';
            append(out, member.value());
            separator = ',';
        }
        out += object->empty() ? "{}" : "}";
    } else if (const auto* array = value.if_array()) {
        char separator = '[';
        for (const auto& item : *array) {
            out += separator;
            append(out, item);
            separator = ',';
        }
        out += array->empty() ? "[]" : "]";
    } else if (const auto* number = value.if_double()) {
        append_double(out, *number);
    } else {
        out += json::serialize(value);
    }
}

} // namespace

std::string to_text(const json::value& value) {
    std::string out;
    append(out, value);
    return out;
}

} // namespace evalbridge::sandbox
