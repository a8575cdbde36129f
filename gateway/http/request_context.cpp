#include "gateway/http/request_context.hpp"

#include <algorithm>

namespace evalbridge {

std::string_view request_context::field(std::string_view lower_case_name) const {
    const auto at =
        std::ranges::find(fields, lower_case_name, [](const auto& f) -> std::string_view { return f.first; });
    return at == fields.end() ? std::string_view() : std::string_view(at->second);
}

std::string_view name_of(verb method) {
    switch (method) {
    case verb::get: return "GET";
    case verb::head: return "HEAD";
    case verb::post: return "POST";
    case verb::put: return "PUT";
    case verb::patch: return "PATCH";
    case verb::del: return "DELETE";
    case verb::options: return "OPTIONS";
    case verb::other: break;
    }
    return "";
}

} // namespace evalbridge
