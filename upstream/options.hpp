#pragma once
// What is configured of the way to a provider.

#include "base/error.hpp"
#include "base/secret.hpp"
#include "upstream/http_message.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

/// A base URL in parts. `path` has no trailing slash and is empty for the root.
struct base_url {
    bool tls = true;
    std::string host; ///< name or address, without brackets
    std::uint16_t port = 443;
    std::string path;
    /// For the Host field: the port only where it isn't the scheme's own, IPv6 in brackets.
    std::string authority() const;
};

/// Errors: invalid_request with a reason: not http or https, user info, query or fragment present, bad host or port.
result<base_url> parse_base_url(std::string_view text);

struct credential {
    std::string field; ///< header field name, e.g. "Authorization"
    secret value;      ///< the whole field value
};

struct upstream_options {
    base_url url;
    std::optional<std::string> ca_file; ///< PEM bundle instead of the system's
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds attempt_timeout{30000}; ///< one exchange, connecting included
    std::size_t max_connections = 64;                 ///< per shard
    std::chrono::milliseconds idle_timeout{30000};    ///< pooled connections older than this are not reused
    std::size_t max_header = 32 * 1024;
    std::size_t max_body = 64 * 1024 * 1024; ///< after decompression
    std::string user_agent;                  ///< empty: "evalbridge/<version>"
    std::vector<http_field> extra_fields;
};

} // namespace evalbridge
