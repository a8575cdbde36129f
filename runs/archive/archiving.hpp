#pragma once
// One run read from its provider, or from what that answered before, into a generation of rows that is served once it
// is whole.

#include "adapters/provider.hpp"
#include "runs/archive/recorded_upstream.hpp"
#include "store/archive.hpp"
#include "store/store.hpp"

#include <functional>

namespace evalbridge {

struct archiving {
    store& kept;
    clock& time;
    archive_record of;
    recorded_upstream& answers;
    provider& from; ///< over `answers`
    std::string native_id;
    bool inputs = true; ///< false: what it reads has no contents
    std::string derived_with;
    /// Called in every transaction that writes; false where the archiving isn't this process's any more.
    std::function<bool(connection&)> is_ours;
    /// Whether to go on; asked between calls.
    std::function<bool()> goes_on;
};

/// What was archived. Errors: any of a read of the provider, provider_unavailable also where the provider could do
/// without an answer that wasn't to be had, provider_malformed also where its list has no end; conflict where somebody
/// else does it, the archive was dropped, or the run hasn't ended yet; overloaded where it doesn't go on;
/// store_unavailable.
boost::asio::awaitable<result<archive_totals>> make_archive(const archiving& what);

} // namespace evalbridge
