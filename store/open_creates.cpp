// The creates of which it isn't known yet what became of them.

#include "store/create_rows.hpp"

#include <soci/soci.h>

namespace evalbridge {

static std::vector<create_record> records_of(const soci::rowset<soci::row>& rows) {
    std::vector<create_record> out;
    for (const auto& row : rows)
        out.push_back(record_of(row));
    return out;
}

std::vector<create_record> open_creates(connection& db, const std::string& replica, std::size_t most) {
    const int limit = static_cast<int>(most);
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << create_columns
                          << " FROM creates c WHERE c.settled_at IS NULL AND c.replica = :replica "
                             "AND NOT (c.role = 'shadow' AND c.state = 'pending') "
                             "ORDER BY c.created_at, c.create_id LIMIT :most",
         soci::use(replica), soci::use(limit));
    return records_of(rows);
}

std::vector<std::string> replicas_with_open_creates(connection& db) {
    const soci::rowset<std::string> rows =
        (db.sql().prepare << "SELECT DISTINCT replica FROM creates WHERE settled_at IS NULL ORDER BY replica");
    return {rows.begin(), rows.end()};
}

std::vector<create_record> lost_creates(connection& db, const std::string& replica, const std::string& provider,
                                        std::size_t most) {
    const int limit = static_cast<int>(most);
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << create_columns
                          << " FROM creates c WHERE c.settled_at IS NULL AND c.state = 'indeterminate' "
                             "AND c.replica = :replica AND c.provider = :provider "
                             "ORDER BY c.created_at, c.create_id LIMIT :most",
         soci::use(replica), soci::use(provider), soci::use(limit));
    return records_of(rows);
}

std::size_t count_lost_creates(connection& db) {
    int count = 0;
    db.sql() << "SELECT COUNT(*) FROM creates WHERE settled_at IS NULL AND state = 'indeterminate'", soci::into(count);
    return static_cast<std::size_t>(count);
}

} // namespace evalbridge
