#include "upstream/http_message.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

bool is_same_field_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::string_view name_of(http_method method) {
    switch (method) {
    case http_method::get: return "GET";
    case http_method::post: return "POST";
    case http_method::put: return "PUT";
    case http_method::del: return "DELETE";
    }
    return "GET";
}

std::optional<std::string_view> http_response::field(std::string_view name) const {
    for (const auto& each : fields)
        if (is_same_field_name(each.name, name))
            return each.value;
    return std::nullopt;
}

} // namespace evalbridge
