#pragma once
// One request and what became of it, while a session works on it.

#include "base/http_head.hpp"
#include "gateway/http/request_context.hpp"
#include "gateway/http/router.hpp"
#include "gateway/http/session_head.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace evalbridge {

struct exchange {
    request_head head;
    body_framing framing;
    request_context request;
    router::found route;
    std::string_view refused_because; ///< a literal, for the access log
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    bool expects_continue = false;
    bool body_read = false;
    bool keep = true; ///< whether the connection may go on after the answer

    bool has_body() const { return framing.chunked || framing.content_length.value_or(0) > 0; }
};

} // namespace evalbridge
