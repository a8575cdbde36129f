#pragma once
// A request's header block taken apart, after the head check has passed it.

#include "gateway/http/request_context.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

struct request_head {
    verb method = verb::other;
    std::string target;
    bool http_1_0 = false;
    bool keep_alive = true;
    std::vector<std::pair<std::string, std::string>> fields; ///< names in lower case, in order

    /// The value of the first field of that lower-case name; empty where there is none.
    std::string_view field(std::string_view lower_case_name) const;
};

/// None where the parser refuses what the check let through.
std::optional<request_head> parse_request_head(std::string_view block);

} // namespace evalbridge
