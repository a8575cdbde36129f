#pragma once
// The registry's rows: every run that was started or asked for here, as it was last seen, with its status history.
// Blocking; for units of work of the store.

#include "mapping/run.hpp"
#include "store/connection.hpp"
#include "store/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

/// Who started a run through us.
struct run_origin {
    std::string started_by; ///< the API key's name
    std::string create_id;
    std::optional<std::string> group_id;
    std::optional<std::string> suite;
    std::map<std::string, std::string> labels;
};

struct run_record {
    run shown;            ///< with labels and suite; without raw
    std::string document; ///< the same as JSON
    std::string etag;     ///< of the document: as in run_sighting's, without `W/` and quotes
    std::uint64_t number = 0;
    store_time first_seen_at = 0;
    store_time updated_at = 0;
    std::optional<std::string> started_by;
    std::optional<std::string> create_id;
    std::optional<std::string> group_id;
};

struct run_step {
    store_time at = 0;
    std::string status;
    std::optional<std::string> native_status;
    std::optional<std::string> phase;
    std::optional<std::string> outcome;
    std::optional<std::string> error;
};

/// Registers what a create has started: all of them or, where it throws, none. A run that is known already (it was
/// read by somebody before the create was recorded) gets its origin.
void register_started(connection& db, const std::vector<run>& runs, const run_origin& origin, store_time now);

/// A reading of a run. Inserts it, or updates it where its state is another one; appends to the history where status,
/// phase, outcome or error changed. A terminal status stays: a later, different one changes nothing. Labels, suite and
/// origin of a known run stay. True when anything was written.
bool record_reading(connection& db, const run& r, store_time now);

bool is_registered(connection& db, const std::string& run_id);
/// These three throw std::runtime_error for a document that isn't ours.
std::optional<run_record> find_run_record(connection& db, const std::string& run_id);
/// As they became known.
std::vector<run_record> runs_of_group(connection& db, const std::string& group_id);
/// Runs that go on as far as is known, as they became known, those after `number` and `limit` at most: to be watched
/// again.
std::vector<run_record> live_runs(connection& db, std::uint64_t after_number, std::uint32_t limit);
/// Takes the run with everything that is in the registry's tables out of it. False where it wasn't there.
bool forget_run(connection& db, const std::string& run_id);
/// In order, from the first reading on.
std::vector<run_step> history_of(connection& db, const std::string& run_id);

} // namespace evalbridge
