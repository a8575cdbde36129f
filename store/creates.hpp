#pragma once
// Creates as rows: what was to be started, from before the first byte is sent until it is known what became of it.
// Blocking; for units of work of the store, each of which may run several times.

#include "store/connection.hpp"
#include "store/groups.hpp"
#include "store/runs.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

enum class create_state {
    pending,       ///< recorded; not a byte was sent
    sending,       ///< the provider may be getting it
    started,       ///< its answer is kept
    refused,       ///< nothing was started: the provider said so, or it wasn't sent
    indeterminate, ///< its answer was lost; unsettled while that may still be found out
    absent,        ///< it never began
};
std::string_view name_of(create_state state);

/// An answer as it goes out.
struct kept_answer {
    int status = 0;
    std::string content_type;
    std::string body;
    std::string location;
};

struct create_record {
    std::string create_id; ///< 20 hexadecimal digits
    std::string client;    ///< the API key's name
    std::optional<std::string> key;
    std::string request_hash;
    std::string provider;
    std::string spec; ///< JSON that read_run_spec reads
    std::optional<std::string> suite;
    std::optional<std::string> tag;
    create_state state = create_state::pending;
    create_role role = create_role::primary;
    int place = 0; ///< in its group
    std::optional<std::string> group_id;
    std::string replica; ///< who works on it
    std::string request_id;
    bool findable = false; ///< whether the provider can be asked for what it has started
    store_time created_at = 0;
    std::optional<store_time> send_until;
    std::optional<store_time> quiet_since;
    std::optional<store_time> settled_at;
    std::optional<kept_answer> answer;
    std::vector<std::string> run_ids;
    std::optional<std::string> cause; ///< JSON, for whoever wrote it
};

struct begun_create {
    enum class kind {
        fresh,         ///< recorded: to be sent now
        other_body,    ///< the key was used with another request
        in_flight,     ///< the key's request is worked on
        answered,      ///< it was answered before, with `row->answer`
        indeterminate, ///< its answer was lost; `row` tells the rest
    };
    kind what = kind::fresh;
    std::optional<create_record> row; ///< of the key, where it is another request's
};

/// What a create that isn't sent may be marked with: the mark that was tried last, and the one before it.
struct send_marks {
    std::optional<store_time> last;
    std::optional<store_time> before;
};

/// Records a create, or those of a group (`members`: the primary first; only that has the key), all or none, unless the
/// client has used the key before. What a dead replica has left under the key is settled first.
begun_create begin_create(connection& db, const std::vector<create_record>& members,
                          const std::optional<group_record>& group, store_time now);
/// What there is of a key, changing nothing. Empty where the key is free.
std::optional<begun_create> look_up_key(connection& db, const std::string& client, const std::string& key,
                                        const std::string& request_hash, const std::string& replica, store_time now);

/// From now until `send_until` its first byte may leave. `before` is what was marked for it the last time, if it was.
/// False where it isn't the caller's to send: another replica's by now, or sent by somebody else here.
bool mark_sending(connection& db, const std::string& create_id, const std::string& replica,
                  std::optional<store_time> before, store_time send_until);
/// It was marked and isn't sent after all: as it was recorded, so that somebody else may send it. Nothing where it
/// bears another mark than these, or is another replica's.
void put_back_unsent(connection& db, const std::string& create_id, const std::string& replica, const send_marks& marks);
/// It isn't sent, though it may be recorded and marked: the answer to a commit can be lost. Its key is free, and it
/// can't be recorded any more by a commit that is still on its way. Nothing where somebody else has it by now.
void release_unsent(connection& db, const create_record& create, const send_marks& marks, const std::string& cause,
                    store_time now);
/// It has started these runs, which are registered with it, all or none. The answer that is kept: the first one, where
/// it was known to have started.
kept_answer settle_started(connection& db, const std::string& create_id, const kept_answer& answer,
                           const std::vector<run>& runs, const run_origin& origin, store_time now);
/// It has started nothing: its key is free, and the shadows that wait for it are called off.
void settle_refused(connection& db, const std::string& create_id, const std::string& cause, store_time now);
/// Its answer was lost, and whoever sent it has ended that. Settled at once, for good, where the provider can't be
/// asked.
void note_indeterminate(connection& db, const std::string& create_id, const std::string& cause, bool findable,
                        store_time now);
/// The same for one whose replica has died: that of `found`, which is as it was read. False where it is another's by
/// now.
bool note_crashed(connection& db, const create_record& found, const std::string& replica, store_time now);
/// A dead replica has recorded it and never sent it: that of `found`, which is as it was read. As `settle_refused`.
/// Nothing where it has come to be sent since.
void settle_never_sent(connection& db, const create_record& found, store_time now);
/// Its answer was lost, and it never began: as `settle_refused`.
void settle_absent(connection& db, const std::string& create_id, store_time now);
/// What became of it can't be known.
void settle_unknown(connection& db, const std::string& create_id, store_time now);
/// What a dead replica worked on is this one's. False where it is another's by now.
bool take_over(connection& db, const create_record& found, const std::string& replica);

std::optional<create_record> find_create(connection& db, const std::string& create_id);
/// Those of a replica that aren't settled, oldest first, but for the shadows that wait for their primary.
std::vector<create_record> open_creates(connection& db, const std::string& replica, std::size_t most);
std::vector<std::string> replicas_with_open_creates(connection& db);
/// Those of a replica at that provider whose answer was lost and which aren't settled, oldest first.
std::vector<create_record> lost_creates(connection& db, const std::string& replica, const std::string& provider,
                                        std::size_t most);
/// Of all replicas.
std::size_t count_lost_creates(connection& db);

/// Forgets keys and answers that were settled longer ago than `keep`. How many creates.
std::size_t prune_creates(connection& db, store_time now, std::chrono::hours keep);

} // namespace evalbridge
