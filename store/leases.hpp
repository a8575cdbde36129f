#pragma once
// Which of several gateways does what only one may: a lease is a row that names its holder until a time. And which
// gateways live. Times are of the replicas' wall clocks, which must agree to about a second (NTP does).

#include "store/connection.hpp"
#include "store/runs.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

/// How often a replica says that it lives, and when it is taken for dead.
inline constexpr std::chrono::seconds replica_heartbeat{2};
inline constexpr std::chrono::seconds replica_silence{8};

/// Takes, or renews, the lease of `what` (e.g. `watch:<run id>`) until `now` + `ttl`. False while another holder's
/// hasn't run out.
bool take_lease(connection& db, const std::string& what, const std::string& holder, store_time now,
                std::chrono::microseconds ttl);
/// Nothing where somebody else holds it.
void release_lease(connection& db, const std::string& what, const std::string& holder);
/// Who holds it; empty where nobody does.
std::optional<std::string> lease_holder(connection& db, const std::string& what, store_time now);
/// Lets go of everything it holds.
void release_leases_of(connection& db, const std::string& holder);

/// This replica lives. Its id is new with every process.
void say_alive(connection& db, const std::string& replica, store_time now);
/// It ends in an orderly way: dead at once.
void say_goodbye(connection& db, const std::string& replica);
/// It has died, and that is certain: dead at once, and what it had marked to be sent won't be any more.
void bury(connection& db, const std::string& replica, store_time now);
/// All that are known, dead ones of the last day among them.
std::vector<std::string> known_replicas(connection& db);
/// Not once it was silent for too long. But where nobody could be heard for that time, as while the store was away,
/// whoever was alive before is still taken to be.
bool is_alive(connection& db, const std::string& replica, store_time now);
/// By the same rule, though those that have long been dead are told from those that were alive before nobody was heard.
std::vector<std::string> live_replicas(connection& db, store_time now);
/// Frees what dead replicas watched, forgets those that have been dead for a day, and leases that have run out.
void forget_the_dead(connection& db, store_time now);

} // namespace evalbridge
