#pragma once
// An HTTP exchange as an adapter sees it: no socket, no library's types.

#include "base/secret.hpp"
#include "base/shared_text.hpp"
#include "upstream/answer_fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

enum class http_method { get, post, put, del };
std::string_view name_of(http_method);

struct http_field {
    std::string name;
    std::string value;
};

/// `target` is path and query, already percent-encoded, relative to the provider's base_url (whose own path, if any,
/// the transport puts in front). The credential isn't here: the authorize layer adds it last.
struct http_request {
    http_method method = http_method::get;
    std::string target;
    std::vector<http_field> fields;
    std::string body; ///< with a content-type in `fields`, when not empty
};

struct http_response {
    int status = 0;
    answer_fields fields;
    shared_text body; ///< decoded (gunzipped)

    /// The first field of that name, case-insensitive.
    std::optional<std::string_view> field(std::string_view name) const { return fields.find(name); }
};

} // namespace evalbridge
