#pragma once
// Which runs are archived, how far that is, and how long it is kept. Blocking; for units of work of the store.

#include "store/connection.hpp"
#include "store/runs.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

enum class archive_state {
    waiting,     ///< to be read, for the first time or again after a failure
    complete,    ///< served from the store
    unavailable, ///< the provider has no such run any more
    dropped,     ///< removed, by a client or by retention; not made again by itself
};
std::string_view name_of(archive_state);

struct archive_record {
    std::string run_id;
    std::int64_t number = 0; ///< stands for the run in the tables with many rows
    std::string provider;
    std::string vendor;
    archive_state state = archive_state::waiting;
    std::int64_t generation = 0; ///< the one that is served; 0: none
    std::int64_t writing = 0;    ///< the latest that was begun; 0: none
    bool inputs = true;          ///< false: contents of items were left out
    std::int64_t verdicts = 0;
    std::int64_t results = 0;
    std::int64_t bytes = 0; ///< of what is stored for it, answers of the vendor's included
    std::uint32_t totals = 0;
    std::string derived_with;
    store_time asked_at = 0;
    store_time archived_at = 0;
    int attempts = 0;
    store_time next_at = 0; ///< not tried before
    std::optional<std::string> last_error;
};

std::optional<archive_record> find_archive(connection& db, const std::string& run_id);

/// Whether enrolling would change anything.
bool has_runs_to_enrol(connection& db, store_time now);
/// Lists ended runs that nothing is known of here yet as waiting; at most `most` of them. Whether there are more.
bool enrol_ended_runs(connection& db, store_time now, int most);
/// Asks for a run's archive, also where it was dropped or unavailable. Its record afterwards.
archive_record request_archive(connection& db, const std::string& run_id, const std::string& provider,
                               const std::string& vendor, store_time now);
/// Those of these providers whose time has come, in order. Waiting ones only.
std::vector<archive_record> archives_to_make(connection& db, const std::vector<std::string>& providers, store_time now,
                                             int most);
/// Complete ones of these providers that were derived with something else than `derived_with`, and whose next try isn't
/// later than now; at most `most` of an older name and as many of a later one.
std::vector<archive_record> stale_archives(connection& db, const std::vector<std::string>& providers,
                                           const std::string& derived_with, store_time now, int most);

/// Begins a generation, which it gives: nothing of the ones begun before is served by mistake.
std::int64_t begin_generation(connection& db, std::int64_t archive);
/// Whether it is still the latest that was begun, of an archive that nobody has dropped. Until the end of the
/// transaction it stays so.
bool is_being_written(connection& db, std::int64_t archive, std::int64_t generation);
/// What a generation turned out to be.
struct archive_totals {
    std::int64_t verdicts = 0;
    std::int64_t results = 0;
    std::int64_t bytes = 0;
    std::uint32_t totals = 0;
    bool inputs = true;
    std::string derived_with;
};
/// Serves that generation from now on. False where it isn't the latest that was begun, or the archive was dropped.
bool complete_archive(connection& db, std::int64_t archive, std::int64_t generation, const archive_totals& what,
                      store_time now);
/// Keeps why it failed and when it is tried again; `for_good`: the provider has no such run. What was written of it is
/// swept; an archive that is complete stays so.
void archive_failed(connection& db, std::int64_t archive, const std::string& why, store_time next_at, bool for_good);

/// From now on it is not served, nor made again by itself. Its rows are swept later. False where there is none.
bool drop_archive(connection& db, const std::string& run_id);
/// Deletes rows that nothing refers to: of dropped archives, of generations that were replaced or left half way. About
/// `rows` in a transaction. False where nothing is left to do.
bool sweep_archives(connection& db, int rows);

/// How long archives are kept. Empty: for ever.
struct archive_retention {
    std::optional<std::chrono::hours> age; ///< since they were made
    std::optional<std::uint64_t> bytes;    ///< of all together; the oldest go first
};
struct archive_policy {
    archive_retention all;                                ///< of the providers that `of_provider` doesn't name
    std::map<std::string, archive_retention> of_provider; ///< by name
};
inline constexpr int archives_dropped_at_once = 1000;
/// The runs whose archives have to go, oldest first, and those that have waited for theirs for as long; where it is
/// fewer than archives_dropped_at_once, there are no others.
std::vector<std::string> archives_to_drop(connection& db, const archive_policy& policy, store_time now);

struct archived_source {
    std::string provider;
    std::string vendor;
};
/// Whose archives are served, in order of their names. A look-up for each, however many archives there are.
std::vector<archived_source> archived_sources(connection& db);

struct archive_usage {
    std::string provider;
    std::string vendor;
    std::int64_t archives = 0; ///< complete ones
    std::int64_t bytes = 0;
    std::int64_t waiting = 0;
};
/// By provider, in order of their names; those whose archives were all dropped are left out. Reads every archive's row.
std::vector<archive_usage> usage_of_archives(connection& db);

} // namespace evalbridge
