#pragma once
// The cursor of a list of runs: the same seal and version rules as other cursors', another content.

#include "mapping/run_query.hpp"

namespace evalbridge {

/// `after`, `as_of` and `total` are there.
std::string encode_run_cursor(const run_list_request& at, const mac_function& mac);
/// Errors: invalid_request with a fault `cursor` (in: query), for a text that isn't ours, is of another kind of list or
/// another version, or was changed. Never throws, whatever the bytes.
result<run_list_request> decode_run_cursor(std::string_view text, const mac_function& mac);

} // namespace evalbridge
