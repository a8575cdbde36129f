#include "mapping/json_index.hpp"
#include "store/inspection_looks.hpp"
#include "store/look.hpp"
#include "store/packed.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

/// Read by SQLite one by one, in a transaction that keeps nobody's log from being cut for long.
constexpr int rows_a_transaction = 5000;
/// Held in memory by libpq: recorded answers can have megabytes each.
constexpr int rows_a_fetch = 100;

enum class holds {
    text,
    json, ///< ours; that of a verdict or a result may have the vendor's own inside, as it came
};

struct packed_column {
    std::string table;
    std::string column;
    std::string key; ///< SQL: what tells the row, as a text
    holds what = holds::text;
};

std::string numbered(const std::string& rest) {
    return "'archive ' || archive || ', generation ' || generation || ', " + rest;
}

const std::vector<packed_column>& packed_columns() {
    static const std::vector<packed_column> all = {
        {"run_documents", "document", "run_id", holds::json},
        {"creates", "spec", "create_id", holds::json},
        {"creates", "answer_body", "create_id"},
        {"creates", "cause", "create_id"},
        {"archived_answers", "body", "'archive ' || archive || ', ' || request"},
        {"archived_documents", "body", numbered("' || name")},
        {"archived_results", "body", numbered("position ' || position")},
        {"archived_verdicts", "body", numbered("position ' || position")},
        {"archived_blocks", "counts", numbered("list ' || list || ', block ' || block")},
        {"archived_blocks", "kinds", numbered("list ' || list || ', block ' || block")},
    };
    return all;
}

bool is_whole(const std::string& packed, holds what) {
    try {
        const auto text = unpack(packed);
        return what == holds::text || json_text_fault(text).empty();
    } catch (const std::runtime_error&) {
        return false;
    }
}

/// What one row's look gives, and all of the column's so far.
struct packed_scan {
    explicit packed_scan(const packed_column& column) : of(column) {}
    void judge() {
        if (packed_is == soci::i_ok && is_whole(packed, of.what))
            return;
        if (++damaged == 1)
            first = key_is == soci::i_ok ? key : "one without a key";
    }

    const packed_column& of;
    std::string key, packed;
    soci::indicator key_is = soci::i_null;
    soci::indicator packed_is = soci::i_null;
    long long damaged = 0;
    std::string first;
};

std::string rows_of(const packed_column& from) {
    return from.key + ", " + from.column + " FROM " + from.table + " WHERE " + from.column + " IS NOT NULL";
}

/// By rowid: the order in which the table lies in the file, whatever its indexes say.
std::optional<std::string> scan_sqlite(connection& db, packed_scan& scan) {
    long long after = std::numeric_limits<long long>::min();
    for (bool more = true; more;) {
        long long at = after;
        int rows = 0;
        auto failed = look(db, [&] {
            soci::statement st = (db.sql().prepare << "SELECT rowid, " << rows_of(scan.of)
                                                   << " AND rowid > :after ORDER BY rowid LIMIT " << rows_a_transaction,
                                  soci::use(after), soci::into(at), soci::into(scan.key, scan.key_is),
                                  soci::into(scan.packed, scan.packed_is));
            st.execute();
            for (; st.fetch(); ++rows)
                scan.judge();
        });
        if (failed)
            return failed;
        more = rows == rows_a_transaction;
        if (more && at <= after) // or it would never end
            return "its rows are out of order";
        after = at;
    }
    return {};
}

int fetch_some(connection& db, packed_scan& scan) {
    soci::statement st = (db.sql().prepare << "FETCH " << rows_a_fetch << " FROM packed_rows",
                          soci::into(scan.key, scan.key_is), soci::into(scan.packed, scan.packed_is));
    st.execute();
    int rows = 0;
    for (; st.fetch(); ++rows)
        scan.judge();
    return rows;
}

std::optional<std::string> scan_postgresql(connection& db, packed_scan& scan) {
    return look(db, [&] {
        db.sql().once << "DECLARE packed_rows NO SCROLL CURSOR FOR SELECT " << rows_of(scan.of);
        while (fetch_some(db, scan) > 0) {
        }
    });
}

} // namespace

std::vector<finding> faults_of_packed_texts(connection& db) {
    std::vector<finding> out;
    for (const auto& each : packed_columns()) {
        packed_scan scan(each);
        const auto failed = db.engine() == store_engine::sqlite ? scan_sqlite(db, scan) : scan_postgresql(db, scan);
        const auto name = each.table + "." + each.column;
        if (scan.damaged > 0)
            out.push_back({"texts of " + name + " that are damaged; the first: " + scan.first, scan.damaged, true});
        if (failed)
            out.push_back({"look that failed, at the texts of " + name + ": " + *failed, 1, true});
    }
    return out;
}

} // namespace evalbridge
