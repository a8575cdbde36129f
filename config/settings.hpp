#pragma once
// The server's own configuration as plain structs. Providers are read elsewhere, since what a vendor takes is the
// vendor's business.

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "config/node.hpp"
#include "config/storage.hpp"
#include "mapping/metric_dictionary.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::config {

struct server_settings {
    std::string host = "127.0.0.1"; ///< a numeric address
    std::uint16_t port = 8080;      ///< 0 picks one
    unsigned shards = 0;            ///< 0: one a core
    std::size_t max_body = 1024 * 1024;
    std::size_t max_connections = 10000; ///< of the whole gateway
    std::chrono::milliseconds header_timeout{10000};
    std::chrono::milliseconds body_timeout{30000};
    std::chrono::milliseconds idle_timeout{60000};
    std::chrono::milliseconds default_deadline{30000};
    std::chrono::milliseconds max_deadline{120000};
    std::size_t max_in_flight = 1024; ///< requests being worked on, of the whole gateway
    std::size_t max_queued = 1024;    ///< requests that wait for one of those to end
    std::chrono::milliseconds max_queue_wait{25};
    double provider_share = 0.75;                 ///< of the requests in flight, that one provider may hold
    std::size_t max_waiting = 20000;              ///< `?wait`s and event streams
    std::size_t max_exports = 64;                 ///< under way at a time, of the whole gateway
    std::string spool = "/tmp";                   ///< the folder for reports that are put in order before they go out
    std::size_t max_spool = std::size_t{4} << 30; ///< bytes of one of them
    std::chrono::milliseconds max_wait{60000};
    std::chrono::milliseconds heartbeat{15000};   ///< of event streams
    std::chrono::milliseconds drain_notice{1000}; ///< between not being ready and not accepting any more
    std::chrono::milliseconds drain_grace{30000};
    bool metrics_need_key = false;
    secret cursor_key; ///< empty: derived from the providers' credentials
};

struct key_settings {
    std::string name;
    sha256_digest digest;
};

struct settings {
    server_settings server;
    std::vector<key_settings> keys; ///< empty: `auth: none`
    log_level least_log = log_level::info;
    bool access_log = true;
    metric_dictionary dictionary;
    storage_settings storage;
};

/// Reads `server`, `auth`, `log`, `store`, `creates`, `archive` and `metrics` (a path to a dictionary file, whose
/// faults are appended to `more_faults`) of a document's root. `auth: none` is a fault unless `server.listen` is a
/// loopback address. `vendors` are the words that a dictionary may use under `native`; empty: any.
settings read_settings(const node& root, std::vector<fault>& more_faults,
                       std::span<const std::string_view> vendors = {});
/// Reads a dictionary document.
metric_dictionary read_dictionary(const node& root, std::span<const std::string_view> vendors = {});

} // namespace evalbridge::config
