#include "store/groups.hpp"

#include "store/create_rows.hpp"

#include <soci/soci.h>

namespace evalbridge {
void record_group(connection& db, const group_record& group) {
    db.sql() << "INSERT INTO run_groups (group_id, client, suite, created_at) VALUES (:id, :client, :suite, :created) "
                "ON CONFLICT DO NOTHING",
        soci::use(group.group_id), soci::use(group.client), soci::use(group.suite), soci::use(group.created_at);
}

std::optional<group_record> find_group(connection& db, const std::string& group_id) {
    group_record out;
    out.group_id = group_id;
    db.sql() << "SELECT client, suite, created_at FROM run_groups WHERE group_id = :id", soci::use(group_id),
        soci::into(out.client), soci::into(out.suite), soci::into(out.created_at);
    return db.sql().got_data() ? std::optional(std::move(out)) : std::nullopt;
}

std::vector<create_record> creates_of_group(connection& db, const std::string& group_id) {
    std::vector<create_record> out;
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << create_columns << " FROM creates c WHERE c.group_id = :id ORDER BY c.place",
         soci::use(group_id));
    for (const auto& row : rows)
        out.push_back(record_of(row));
    return out;
}

std::vector<create_record> shadows_to_send(connection& db) {
    std::vector<create_record> out;
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << create_columns
                          << " FROM creates c JOIN creates p ON p.group_id = c.group_id AND p.place = 0 "
                             "WHERE c.settled_at IS NULL AND c.role = 'shadow' AND c.state = 'pending' "
                             "AND p.settled_at IS NOT NULL AND p.state IN ('started', 'indeterminate') "
                             "ORDER BY c.created_at, c.create_id LIMIT 1000");
    for (const auto& row : rows)
        out.push_back(record_of(row));
    return out;
}

void call_off_shadows(connection& db, const std::string& primary_create_id, std::int64_t now) {
    db.sql() << "UPDATE creates SET state = 'absent', settled_at = :now WHERE role = 'shadow' AND state = 'pending' "
                "AND group_id IN (SELECT p.group_id FROM creates p WHERE p.create_id = :id AND p.role = 'primary' "
                "AND p.state IN ('refused', 'absent'))",
        soci::use(now), soci::use(primary_create_id);
}

} // namespace evalbridge
