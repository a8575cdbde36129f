#pragma once
// One line a request. It names the route's pattern and the path, never the query, a credential or a body.

#include "base/log.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace evalbridge {

struct access_entry {
    std::string_view request_id;
    std::string_view client; ///< name of the key
    std::string_view peer;
    std::string_view method;
    std::string_view route; ///< pattern; empty where none matched
    std::string_view path;  ///< cut to 200 bytes in the line
    int status = 0;
    std::string_view code;   ///< of the problem; empty for a success, and not in the line then
    std::string_view reason; ///< why a request was refused before it was one, or why its answer broke off; likewise
    std::chrono::nanoseconds took{};
    std::size_t bytes = 0; ///< of the answer's body
};

void log_access(logger& log, const access_entry& entry);

} // namespace evalbridge
