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

/// When and how often a request is sent again. Waits are drawn between 0 and `base` doubled with each attempt, up to
/// `cap`; a Retry-After of the provider's takes their place.
struct retry_options {
    unsigned attempts = 3; ///< the first included; 1 never retries
    std::chrono::milliseconds base{50};
    std::chrono::milliseconds cap{2000};
    std::chrono::milliseconds longest_told{60000}; ///< a Retry-After beyond it isn't waited for
    double budget = 0.2;                           ///< retries under way, as a share of the calls under way
    unsigned budget_floor = 3;                     ///< so many retries are always allowed
};

struct breaker_options {
    unsigned failures = 5; ///< in a row, that open it
    std::chrono::milliseconds open_for{30000};
    std::chrono::milliseconds max_open{300000};
    /// A caller's deadline that passes counts as the provider's failure only when the attempt had as long as this.
    std::chrono::milliseconds patience{5000};
};

/// What the provider lets a credential send. 0: not known, so not limited until it refuses.
struct rate_options {
    std::uint32_t per_minute = 0;
    std::uint32_t per_hour = 0;
    double watch_share = 0.8;       ///< of each window that watch polls may use
    double archive_share = 0.25;    ///< of each window that archive reads may use
    std::size_t max_waiting = 1024; ///< calls that wait for room; more are refused
};

struct cache_options {
    std::size_t size = 64 * 1024 * 1024;      ///< bytes, of the whole gateway; 0 keeps nothing
    std::chrono::milliseconds ended{3600000}; ///< how long an ended run's answers are kept
    std::chrono::milliseconds offers{300000}; ///< how long a catalogue is
};

/// How a live run is polled; all times are of the gateway's clock.
struct watch_options {
    std::chrono::milliseconds first_interval{2000};
    std::chrono::milliseconds max_interval{30000};
    double growth = 0.1;                             ///< of the run's age, that the interval grows by
    double stalled_after = 3;                        ///< times the usual time without progress
    std::chrono::milliseconds stalled_least{300000}; ///< and where no usual time is known, or a shorter one
};

struct upstream_options {
    base_url url;
    std::optional<std::string> ca_file; ///< PEM bundle instead of the system's
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds attempt_timeout{30000}; ///< one exchange, connecting included
    std::size_t max_connections = 64;                 ///< attempts under way, per shard
    std::size_t max_queue = 256;                      ///< attempts that wait for one to end, per shard
    std::chrono::milliseconds idle_timeout{30000};    ///< pooled connections older than this are not reused
    std::size_t max_header = 32 * 1024;
    std::size_t max_body = 64 * 1024 * 1024; ///< after decompression
    std::string user_agent;                  ///< empty: "evalbridge/<version>"
    std::vector<http_field> extra_fields;
    retry_options retry;
    breaker_options breaker;
    rate_options rate;
    cache_options cache;
    watch_options watch;
};

} // namespace evalbridge
