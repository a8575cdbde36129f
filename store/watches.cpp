#include "store/watches.hpp"

#include "mapping/run.hpp"

#include <soci/soci.h>

#include <algorithm>

namespace evalbridge {
namespace {

/// Ids in one statement: the engines take some hundred parameters gladly.
constexpr std::size_t at_once = 200;

// Calls `give` with each row of a query `head (:i0, :i1, ...)`: texts of one column, or two.
template <class Give>
void for_each_of(connection& db, const std::string& head, const std::vector<std::string>& ids, int columns, Give give) {
    for (std::size_t from = 0; from < ids.size(); from += at_once) {
        const auto count = std::min(at_once, ids.size() - from);
        std::string text = head + " (";
        for (std::size_t i = 0; i < count; ++i)
            text.append(i ? ", :i" : ":i").append(std::to_string(i));
        text += ")";
        soci::statement rows(db.sql());
        std::string first;
        std::string second;
        for (std::size_t i = 0; i < count; ++i)
            rows.exchange(soci::use(ids[from + i]));
        rows.exchange(soci::into(first));
        if (columns == 2)
            rows.exchange(soci::into(second));
        rows.alloc();
        rows.prepare(text);
        rows.define_and_bind();
        rows.execute();
        while (rows.fetch())
            give(first, second);
    }
}

} // namespace

void claim_watches(connection& db, const std::string& replica, const std::set<std::string>& run_ids, store_time now) {
    std::string id;
    soci::statement claim =
        (db.sql().prepare << "INSERT INTO watches (run_id, replica, since, asked_at) VALUES (:id, :replica, :now, 0) "
                             "ON CONFLICT (run_id) DO NOTHING",
         soci::use(id), soci::use(replica), soci::use(now));
    for (const auto& each : run_ids) { // in order: two replicas never wait for each other
        id = each;
        claim.execute(true);
    }
}

void release_watches(connection& db, const std::string& replica, const std::vector<std::string>& run_ids) {
    auto ordered = run_ids;
    std::ranges::sort(ordered);
    std::string id;
    soci::statement release = (db.sql().prepare << "DELETE FROM watches WHERE run_id = :id AND replica = :replica",
                               soci::use(id), soci::use(replica));
    for (const auto& each : ordered) {
        id = each;
        release.execute(true);
    }
}

std::map<std::string, store_time> watches_of(connection& db, const std::string& replica) {
    std::map<std::string, store_time> out;
    std::string id;
    store_time asked = 0;
    soci::statement rows = (db.sql().prepare << "SELECT run_id, asked_at FROM watches WHERE replica = :replica",
                            soci::use(replica), soci::into(id), soci::into(asked));
    rows.execute();
    while (rows.fetch())
        out.emplace(id, asked);
    return out;
}

std::set<std::string> watched_of(connection& db, const std::vector<std::string>& run_ids) {
    std::set<std::string> out;
    for_each_of(db, "SELECT run_id FROM watches WHERE run_id IN", run_ids, 1,
                [&](const std::string& id, const std::string&) { out.insert(id); });
    return out;
}

void ask_to_look(connection& db, const std::string& run_id, store_time now) {
    db.sql() << "UPDATE watches SET asked_at = :now WHERE run_id = :id", soci::use(now), soci::use(run_id);
}

std::map<std::string, std::string> marks_of(connection& db, const std::vector<std::string>& run_ids) {
    std::map<std::string, std::string> out;
    for_each_of(db, "SELECT run_id, etag FROM runs WHERE run_id IN", run_ids, 2,
                [&](const std::string& id, const std::string& etag) { out.emplace(id, etag); });
    return out;
}

std::vector<unwatched_run> unwatched_runs(connection& db, const std::string& provider, const std::string& replica,
                                          store_time oldest, std::size_t limit) {
    const auto most = static_cast<int>(limit);
    const soci::rowset<std::string> rows =
        (db.sql().prepare << "SELECT r.run_id FROM runs r LEFT JOIN watches w ON w.run_id = r.run_id "
                             "LEFT JOIN given_up g ON g.run_id = r.run_id "
                             "WHERE r.terminal = 0 AND r.provider = :provider AND r.created_at > :oldest "
                             "AND g.run_id IS NULL AND (w.run_id IS NULL OR w.replica = :replica) "
                             "ORDER BY r.updated_at LIMIT :most",
         soci::use(provider), soci::use(oldest), soci::use(replica), soci::use(most));
    std::vector<unwatched_run> out;
    for (const auto& id : rows)
        if (const auto address = parse_run_id(id))
            out.push_back({id, address->native_id});
    return out;
}

void give_up_run(connection& db, const std::string& run_id, const std::string& why, store_time now) {
    db.sql() << "INSERT INTO given_up (run_id, at, why) VALUES (:id, :now, :why) ON CONFLICT (run_id) DO NOTHING",
        soci::use(run_id), soci::use(now), soci::use(why);
}

} // namespace evalbridge
