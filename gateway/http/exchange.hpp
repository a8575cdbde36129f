#pragma once
// One request and what became of it, while a session works on it.

#include "base/http_head.hpp"
#include "gateway/http/request_context.hpp"
#include "gateway/http/router.hpp"
#include "gateway/http/session_head.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace evalbridge {

struct exchange {
    request_head head;
    body_framing framing;
    request_context request;
    router::found route;
    route_load load = route_load::work;
    std::string_view remark; ///< a literal, for the access log: why it was refused, or why its answer broke off
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration clients_time{}; ///< spent on reading its body and writing its answer
    std::size_t bytes = 0;                              ///< of the answer's body
    bool expects_continue = false;
    bool body_read = false;
    bool handled = false; ///< the handler has begun
    bool told = false;    ///< it was answered while its handler was still at work
    bool keep = true;     ///< whether the connection may go on after the answer

    bool has_body() const { return framing.chunked || framing.content_length.value_or(0) > 0; }
};

} // namespace evalbridge
