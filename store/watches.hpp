#pragma once
// Which replica watches which live run, and what those who don't have to know of it. A watch is its replica's for as
// long as that lives (store/leases.hpp): nothing is renewed but the replica's own word. Blocking; for units of work.

#include "store/connection.hpp"
#include "store/runs.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace evalbridge {

/// Makes those that nobody watches `replica`'s.
void claim_watches(connection& db, const std::string& replica, const std::set<std::string>& run_ids, store_time now);
/// Nothing where somebody else watches.
void release_watches(connection& db, const std::string& replica, const std::vector<std::string>& run_ids);

/// The runs that `replica` watches, each with when another last asked it to look at once; 0 for never.
std::map<std::string, store_time> watches_of(connection& db, const std::string& replica);
/// Those of the runs that somebody watches.
std::set<std::string> watched_of(connection& db, const std::vector<std::string>& run_ids);
void ask_to_look(connection& db, const std::string& run_id, store_time now);

/// A run's state in the registry, by a mark that changes with it; only those that the registry has.
std::map<std::string, std::string> marks_of(connection& db, const std::vector<std::string>& run_ids);

struct unwatched_run {
    std::string run_id;
    std::string native_id;
};
/// Live runs of a provider that nobody watches or has given up, created after `oldest`: those seen least lately first.
/// `replica`'s own count as unwatched.
std::vector<unwatched_run> unwatched_runs(connection& db, const std::string& provider, const std::string& replica,
                                          store_time oldest, std::size_t limit);
/// Nobody watches it any more without a client.
void give_up_run(connection& db, const std::string& run_id, const std::string& why, store_time now);

} // namespace evalbridge
