#include "store/creates.hpp"

#include "store/create_rows.hpp"
#include "store/leases.hpp"
#include "store/packed.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <soci/soci.h>

namespace evalbridge {
namespace {

constexpr store_time no_mark = -1;

std::optional<create_record> first_of(const soci::rowset<soci::row>& rows) {
    const auto at = rows.begin();
    return at == rows.end() ? std::nullopt : std::optional(record_of(*at));
}

std::optional<create_record> find_by_key(connection& db, const std::string& client, const std::string& key) {
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << create_columns
                          << " FROM creates c WHERE c.client = :client AND c.idem_key = :idem",
         soci::use(client), soci::use(key));
    return first_of(rows);
}

std::string json_of(const std::vector<run>& runs) {
    boost::json::array ids;
    for (const auto& each : runs)
        ids.emplace_back(each.id);
    return boost::json::serialize(ids);
}

/// Whether the statement has changed a row.
template <class Prepared> bool changes(Prepared&& prepared) {
    soci::statement statement = prepared;
    statement.execute(true);
    return statement.get_affected_rows() > 0;
}

bool lives(connection& db, const std::string& worker, const std::string& self, store_time now) {
    return worker == self || is_alive(db, worker, now);
}

// The key's row, as somebody who sends the key again is to hear of it.
begun_create judge(create_record row, const std::string& request_hash) {
    using kind = begun_create::kind;
    auto what = kind::in_flight;
    if (row.request_hash != request_hash)
        what = kind::other_body;
    else if (row.state == create_state::started)
        what = kind::answered;
    else if (row.state == create_state::indeterminate)
        what = kind::indeterminate;
    return {what, std::move(row)};
}

} // namespace

begun_create begin_create(connection& db, const std::vector<create_record>& members,
                          const std::optional<group_record>& group, store_time now) {
    const auto& first = members.front();
    for (;;) {
        insert_create(db, first);
        auto row = first.key ? find_by_key(db, first.client, *first.key) : find_create(db, first.create_id);
        if (!row) {
            // Run again it may find its own without the key, which somebody has settled meanwhile: to be sent it has to
            // be marked.
            if (find_create(db, first.create_id))
                return {begun_create::kind::fresh, std::nullopt};
            continue; // the one that was in the way has just gone
        }
        if (row->create_id == first.create_id) {
            if (group)
                record_group(db, *group);
            for (std::size_t i = 1; i < members.size(); ++i)
                insert_create(db, members[i]);
            return {begun_create::kind::fresh, std::nullopt};
        }
        const bool open = row->state == create_state::pending || row->state == create_state::sending;
        if (!open || lives(db, row->replica, first.replica, now))
            return judge(std::move(*row), first.request_hash);
        if (row->state == create_state::pending)
            settle_never_sent(db, *row, now);
        else
            note_crashed(db, *row, first.replica, now);
    }
}

std::optional<begun_create> look_up_key(connection& db, const std::string& client, const std::string& key,
                                        const std::string& request_hash, const std::string& replica, store_time now) {
    auto row = find_by_key(db, client, key);
    if (!row || (row->state == create_state::pending && !lives(db, row->replica, replica, now)))
        return {};
    return judge(std::move(*row), request_hash);
}

bool mark_sending(connection& db, const std::string& create_id, const std::string& replica,
                  std::optional<store_time> before, store_time send_until) {
    // The mark itself tells whose it is: no two are of the same microsecond, and run again it finds its own.
    const store_time last = before.value_or(send_until);
    return changes(
        (db.sql().prepare << "UPDATE creates SET state = 'sending', send_until = :until "
                             "WHERE create_id = :id AND replica = :replica "
                             "AND (state = 'pending' OR (state = 'sending' AND send_until IN (:last, :same)))",
         soci::use(send_until), soci::use(create_id), soci::use(replica), soci::use(last), soci::use(send_until)));
}

void put_back_unsent(connection& db, const std::string& create_id, const std::string& replica,
                     const send_marks& marks) {
    const store_time last = marks.last.value_or(no_mark);
    const store_time before = marks.before.value_or(no_mark);
    db.sql() << "UPDATE creates SET state = 'pending', send_until = NULL WHERE create_id = :id AND replica = :replica "
                "AND settled_at IS NULL AND state = 'sending' AND send_until IN (:last, :before)",
        soci::use(create_id), soci::use(replica), soci::use(last), soci::use(before);
}

void release_unsent(connection& db, const create_record& create, const send_marks& marks, const std::string& cause,
                    store_time now) {
    // In the place of a row that isn't there. It waits for a transaction that has put one there and isn't through.
    auto instead = create;
    instead.key.reset();
    instead.group_id.reset();
    instead.state = create_state::refused;
    instead.cause = cause;
    instead.settled_at = now;
    insert_create(db, instead);
    const auto packed = pack(cause);
    const store_time last = marks.last.value_or(no_mark);
    const store_time before = marks.before.value_or(no_mark);
    db.sql() << "UPDATE creates SET state = 'refused', idem_key = NULL, cause = :cause, settled_at = :now "
                "WHERE create_id = :id AND settled_at IS NULL AND replica = :replica "
                "AND (state = 'pending' OR (state = 'sending' AND send_until IN (:last, :before)))",
        soci::use(packed), soci::use(now), soci::use(create.create_id), soci::use(create.replica), soci::use(last),
        soci::use(before);
    call_off_shadows(db, create.create_id, now);
}

kept_answer settle_started(connection& db, const std::string& create_id, const kept_answer& answer,
                           const std::vector<run>& runs, const run_origin& origin, store_time now) {
    const auto body = pack(answer.body);
    const auto ids = json_of(runs);
    const bool is_first = changes(
        (db.sql().prepare << "UPDATE creates SET state = 'started', answer_status = :status, answer_type = :type, "
                             "answer_body = :body, answer_location = :location, run_ids = :runs, "
                             "settled_at = :now, cause = NULL WHERE create_id = :id AND state <> 'started'",
         soci::use(answer.status), soci::use(answer.content_type), soci::use(body), soci::use(answer.location),
         soci::use(ids), soci::use(now), soci::use(create_id)));
    if (!is_first)
        if (const auto kept = find_create(db, create_id); kept && kept->answer)
            return *kept->answer;
    register_started(db, runs, origin, now);
    return answer;
}

void settle_refused(connection& db, const std::string& create_id, const std::string& cause, store_time now) {
    const auto packed = pack(cause);
    db.sql() << "UPDATE creates SET state = 'refused', idem_key = NULL, cause = :cause, settled_at = :now "
                "WHERE create_id = :id AND settled_at IS NULL",
        soci::use(packed), soci::use(now), soci::use(create_id);
    call_off_shadows(db, create_id, now);
}

void note_indeterminate(connection& db, const std::string& create_id, const std::string& cause, bool findable,
                        store_time now) {
    const auto packed = pack(cause);
    db.sql() << "UPDATE creates SET state = 'indeterminate', cause = :cause, quiet_since = :now, send_until = NULL "
                "WHERE create_id = :id AND settled_at IS NULL",
        soci::use(packed), soci::use(now), soci::use(create_id);
    if (!findable)
        settle_unknown(db, create_id, now);
}

bool note_crashed(connection& db, const create_record& found, const std::string& replica, store_time now) {
    const bool mine =
        changes((db.sql().prepare << "UPDATE creates SET state = 'indeterminate', replica = :mine, quiet_since = :now "
                                     "WHERE create_id = :id AND replica = :theirs AND state = 'sending'",
                 soci::use(replica), soci::use(now), soci::use(found.create_id), soci::use(found.replica)));
    if (mine && !found.findable)
        settle_unknown(db, found.create_id, now);
    return mine;
}

void settle_never_sent(connection& db, const create_record& found, store_time now) {
    db.sql() << "UPDATE creates SET state = 'absent', idem_key = NULL, settled_at = :now "
                "WHERE create_id = :id AND state = 'pending' AND replica = :theirs AND settled_at IS NULL",
        soci::use(now), soci::use(found.create_id), soci::use(found.replica);
    call_off_shadows(db, found.create_id, now);
}

void settle_absent(connection& db, const std::string& create_id, store_time now) {
    db.sql() << "UPDATE creates SET state = 'absent', idem_key = NULL, settled_at = :now "
                "WHERE create_id = :id AND state = 'indeterminate' AND settled_at IS NULL",
        soci::use(now), soci::use(create_id);
    call_off_shadows(db, create_id, now);
}

void settle_unknown(connection& db, const std::string& create_id, store_time now) {
    db.sql() << "UPDATE creates SET settled_at = :now "
                "WHERE create_id = :id AND state = 'indeterminate' AND settled_at IS NULL",
        soci::use(now), soci::use(create_id);
}

bool take_over(connection& db, const create_record& found, const std::string& replica) {
    return changes((db.sql().prepare << "UPDATE creates SET replica = :mine "
                                        "WHERE create_id = :id AND replica = :theirs AND settled_at IS NULL",
                    soci::use(replica), soci::use(found.create_id), soci::use(found.replica)));
}

std::optional<create_record> find_create(connection& db, const std::string& create_id) {
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << create_columns << " FROM creates c WHERE c.create_id = :id",
         soci::use(create_id));
    return first_of(rows);
}

std::size_t prune_creates(connection& db, store_time now, std::chrono::hours keep) {
    const store_time before = now - std::chrono::microseconds(keep).count();
    soci::statement remove =
        (db.sql().prepare << "DELETE FROM creates WHERE settled_at < :before AND group_id IS NULL", soci::use(before));
    remove.execute(true);
    // A group goes on to be shown, with the runs of its members.
    soci::statement empty = (db.sql().prepare << "UPDATE creates SET idem_key = NULL, spec = 't', answer_body = 't' "
                                                 "WHERE settled_at < :before AND group_id IS NOT NULL AND spec <> 't'",
                             soci::use(before));
    empty.execute(true);
    return static_cast<std::size_t>(remove.get_affected_rows() + empty.get_affected_rows());
}

} // namespace evalbridge
