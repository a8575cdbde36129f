#pragma once
// What is configured of runs beyond their providers: where they are kept, how they are started, what is archived.

#include "base/secret.hpp"
#include "config/node.hpp"
#include "mapping/run_tag.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace evalbridge::config {

struct store_settings {
    secret url{"sqlite:evalbridge.db"}; ///< see parse_store_url; relative to the working directory
    unsigned connections = 4;
};

struct create_settings {
    run_tag_format tags;
    std::chrono::hours keep_keys{24 * 7};     ///< Idempotency-Keys, after their answer; at least 24 h
    std::chrono::milliseconds settle{10'000}; ///< a lost create that the vendor doesn't list for so long never began
};

/// How long archived results are kept. Empty: for ever.
struct retention_settings {
    std::optional<std::chrono::hours> age;
    std::optional<std::uint64_t> bytes; ///< of all archives (of that provider); the oldest go first
};

struct archive_settings {
    bool enabled = true;
    bool inputs = true; ///< false: verdicts, but no prompts, outputs or other contents of items
    retention_settings keep;
    std::map<std::string, retention_settings> keep_of_provider; ///< takes the place of `keep` for these
};

struct watch_settings {
    bool keep = true;                         ///< live runs that no client waits for are watched too
    std::chrono::hours give_up_after{24 * 7}; ///< one that lives longer isn't, any more
};

struct storage_settings {
    store_settings store;
    create_settings creates;
    archive_settings archive;
    watch_settings watch;
};

/// Reads `store` (a URL, `env:NAME` or `file:PATH`, or a map of `url` and `connections`), `creates`, `archive` and
/// `watch` of a document's root.
storage_settings read_storage(const node& root);

} // namespace evalbridge::config
