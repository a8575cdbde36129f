#pragma once
// A cursor is opaque, versioned, tamper-evident and bound to the run, the kind of list, the filter and the page size.
// It carries the filter itself, so that a client may send the cursor alone.

#include "base/error.hpp"
#include "mapping/paging.hpp"

#include <functional>

namespace evalbridge {

enum class list_kind { results, verdicts, metrics, providers, runs, suites, exports, flips };

struct cursor {
    list_kind kind = list_kind::verdicts;
    std::string subject; ///< the run's id, or empty for lists that belong to none
    verdict_filter filter;
    std::vector<std::string> include; ///< what else was asked for with each item, sorted
    std::uint32_t limit = 0;
    std::uint64_t ordinal = 0; ///< matching items before the position
    walk_position position;
};

/// A keyed digest of its argument; the gateway passes HMAC-SHA-256 cut to 16 bytes.
using mac_function = std::function<std::string(std::string_view)>;

/// Longer texts are no cursors. Ours stay below while subject, metric and trace id are at most 640 bytes each.
inline constexpr std::size_t max_cursor_text = 4096;

/// URL-safe text: the content, a dot, the digest of the content's text.
std::string encode_cursor(const cursor& c, const mac_function& mac);
/// Errors: invalid_request with a fault `cursor` (in: query), for a text that isn't ours, is of another version, or
/// was changed. Never throws, whatever the bytes.
result<cursor> decode_cursor(std::string_view text, const mac_function& mac);

} // namespace evalbridge
