#include "upstream/http_message.hpp"

namespace evalbridge {

std::string_view name_of(http_method method) {
    switch (method) {
    case http_method::get: return "GET";
    case http_method::post: return "POST";
    case http_method::put: return "PUT";
    case http_method::del: return "DELETE";
    }
    return "GET";
}

} // namespace evalbridge
