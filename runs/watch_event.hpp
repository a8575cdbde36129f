#pragma once
// What those who watch a run are told.

#include "base/error.hpp"
#include "mapping/summary.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

enum class watch_event_kind {
    status,   ///< the status, phase or outcome changed; also the first event of whoever doesn't know the state yet
    progress, ///< something else did
    stalled,  ///< nothing changed for too long
    done,     ///< the run has ended: with its summary
    problem,  ///< it can't be watched any more: the last event
};
/// `status`
std::string_view name_of(watch_event_kind kind);

struct watch_event {
    std::uint64_t number = 0; ///< ascending by one within a watch
    watch_event_kind kind = watch_event_kind::status;
    std::string id;   ///< for Last-Event-ID: tells which event it was, and which state of the run it told
    std::string data; ///< one line of JSON
};

/// `<number>.<12 hexadecimal digits of the state's tag>.<kind's letter>`
struct watch_event_id {
    std::uint64_t number = 0;
    std::string state;
    watch_event_kind kind = watch_event_kind::status;
};
std::string format_event_id(const watch_event_id& id);
/// Nothing for what `format_event_id` can't have made.
std::optional<watch_event_id> parse_event_id(std::string_view text);
/// The state that an entity tag names, as it stands in ids; zeros for an empty one.
std::string state_of_etag(std::string_view etag);

// The data of events that tell more than the run, which is given as its JSON.
std::string stalled_data(std::string_view run_json, std::chrono::seconds quiet,
                         std::optional<std::chrono::seconds> usual);
std::string done_data(std::string_view run_json, const result<summary>& found);
std::string problem_data(const error& e, std::string_view request_id);

} // namespace evalbridge
