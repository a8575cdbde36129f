#include "store/leases.hpp"

#include <soci/soci.h>

namespace evalbridge {
namespace {

constexpr store_time day = 24LL * 3600 * 1'000'000;
constexpr store_time silence = std::chrono::microseconds(replica_silence).count();

// Whether somebody has said all the time that he lives, so that others could have too.
bool could_be_heard(connection& db, store_time now) {
    int steady = 0;
    const store_time since = now - silence;
    db.sql() << "SELECT COUNT(*) FROM replicas WHERE seen_at > :since AND steady_since <= :steady", soci::use(since),
        soci::use(since), soci::into(steady);
    return steady > 0;
}

} // namespace

bool take_lease(connection& db, const std::string& what, const std::string& holder, store_time now,
                std::chrono::microseconds ttl) {
    const store_time until = now + ttl.count();
    db.sql() << "INSERT INTO leases (what, holder, until) VALUES (:what, :holder, :until) "
                "ON CONFLICT (what) DO UPDATE SET holder = excluded.holder, until = excluded.until "
                "WHERE leases.holder = excluded.holder OR leases.until <= :now",
        soci::use(what), soci::use(holder), soci::use(until), soci::use(now);
    return lease_holder(db, what, now) == holder;
}

void release_lease(connection& db, const std::string& what, const std::string& holder) {
    db.sql() << "DELETE FROM leases WHERE what = :what AND holder = :holder", soci::use(what), soci::use(holder);
}

std::optional<std::string> lease_holder(connection& db, const std::string& what, store_time now) {
    std::string holder;
    db.sql() << "SELECT holder FROM leases WHERE what = :what AND until > :now", soci::use(what), soci::use(now),
        soci::into(holder);
    return db.sql().got_data() ? std::optional(holder) : std::nullopt;
}

void release_leases_of(connection& db, const std::string& holder) {
    db.sql() << "DELETE FROM leases WHERE holder = :holder", soci::use(holder);
}

void say_alive(connection& db, const std::string& replica, store_time now) {
    const store_time since = now - silence;
    db.sql() << "INSERT INTO replicas (replica, started_at, steady_since, seen_at) "
                "VALUES (:id, :started, :steady, :seen) ON CONFLICT (replica) DO UPDATE SET steady_since = "
                "CASE WHEN replicas.seen_at > :since THEN replicas.steady_since ELSE excluded.steady_since END, "
                "seen_at = excluded.seen_at",
        soci::use(replica), soci::use(now), soci::use(now), soci::use(now), soci::use(since);
}

void say_goodbye(connection& db, const std::string& replica) {
    db.sql() << "DELETE FROM replicas WHERE replica = :id", soci::use(replica);
    db.sql() << "DELETE FROM watches WHERE replica = :id", soci::use(replica);
    release_leases_of(db, replica);
}

void bury(connection& db, const std::string& replica, store_time now) {
    say_goodbye(db, replica);
    db.sql() << "UPDATE creates SET send_until = :now WHERE replica = :id AND state = 'sending' AND send_until > :same",
        soci::use(now), soci::use(replica), soci::use(now);
}

std::vector<std::string> known_replicas(connection& db) {
    const soci::rowset<std::string> rows = (db.sql().prepare << "SELECT replica FROM replicas ORDER BY replica");
    return {rows.begin(), rows.end()};
}

bool is_alive(connection& db, const std::string& replica, store_time now) {
    store_time seen = 0;
    db.sql() << "SELECT seen_at FROM replicas WHERE replica = :id", soci::use(replica), soci::into(seen);
    if (!db.sql().got_data())
        return false;
    return seen > now - silence || !could_be_heard(db, now);
}

std::vector<std::string> live_replicas(connection& db, store_time now) {
    store_time since = now - silence;
    if (!could_be_heard(db, now)) {
        // Those who were alive when somebody was heard last.
        store_time last = 0;
        soci::indicator is = soci::i_null;
        db.sql() << "SELECT MAX(seen_at) FROM replicas WHERE seen_at <= :since", soci::use(since), soci::into(last, is);
        since = is == soci::i_ok ? last - silence : since;
    }
    const soci::rowset<std::string> rows =
        (db.sql().prepare << "SELECT replica FROM replicas WHERE seen_at > :since ORDER BY replica", soci::use(since));
    return {rows.begin(), rows.end()};
}

void forget_the_dead(connection& db, store_time now) {
    const store_time long_ago = now - day;
    const store_time since = now - silence;
    if (could_be_heard(db, now)) {
        db.sql() << "DELETE FROM watches WHERE replica IN (SELECT replica FROM replicas WHERE seen_at <= :since)",
            soci::use(since);
        // Of a replica that was forgotten while it slept, and went on watching before it said so.
        db.sql() << "DELETE FROM watches WHERE since <= :since AND replica NOT IN (SELECT replica FROM replicas)",
            soci::use(since);
    }
    db.sql() << "DELETE FROM replicas WHERE seen_at < :before", soci::use(long_ago);
    db.sql() << "DELETE FROM leases WHERE until < :before", soci::use(long_ago);
}

} // namespace evalbridge
