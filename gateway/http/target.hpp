#pragma once
// A request target taken apart. What arrives here has passed the head check: it is a path, an absolute http URI or "*".

#include "gateway/http/request_context.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

struct split_target {
    std::string_view path; ///< still percent-encoded; "/" for an absolute URI without a path, "*" for the asterisk form
    std::string_view query; ///< without the "?"
};

split_target split_request_target(std::string_view target);

enum class plus_sign { itself, space };

/// Undoes percent-encoding. False for a malformed one, for what isn't UTF-8 then, and for control characters: nobody
/// who means well hides them in an address.
bool percent_decode(std::string_view text, plus_sign plus, std::string& out);

/// `name=value` pairs in order. "+" stands for a space, as every client library's form encoding has it. False where a
/// name or value is badly encoded; `culprit` is then the pair's text as sent.
bool parse_query(std::string_view query, std::vector<query_parameter>& out, std::string_view& culprit);

} // namespace evalbridge
