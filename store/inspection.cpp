#include "store/inspection.hpp"

#include "store/leases.hpp"
#include "store/schema.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <string_view>

namespace evalbridge {
namespace {

struct question {
    std::string_view what;
    bool is_fault;
    const char* count; ///< may hold :since, before which a replica that was last seen is dead
};

constexpr question questions[] = {
    {"runs whose history is missing", true,
     "SELECT COUNT(*) FROM runs r WHERE NOT EXISTS (SELECT 1 FROM run_history h WHERE h.run_id = r.run_id)"},
    {"status changes of runs that aren't there", true,
     "SELECT COUNT(*) FROM run_history h WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = h.run_id)"},
    {"labels of runs that aren't there", true,
     "SELECT COUNT(*) FROM run_labels l WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = l.run_id)"},
    {"runs of groups that aren't there", true,
     "SELECT COUNT(*) FROM runs r WHERE r.group_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM run_groups g WHERE "
     "g.group_id = r.group_id)"},
    {"archives of runs that aren't there", true,
     "SELECT COUNT(*) FROM archives a WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = a.run_id)"},
    {"archives that don't hold as many verdicts as they should", true,
     "SELECT COUNT(*) FROM archives a WHERE a.state = 'complete' AND a.verdicts <> (SELECT COUNT(*) FROM "
     "archived_verdicts v WHERE v.archive = a.number AND v.generation = a.generation)"},
    {"archives that don't hold as many results as they should", true,
     "SELECT COUNT(*) FROM archives a WHERE a.state = 'complete' AND a.results <> (SELECT COUNT(*) FROM "
     "archived_results v WHERE v.archive = a.number AND v.generation = a.generation)"},
    {"creates that no live replica works on (a gateway settles them once it runs)", false,
     "SELECT COUNT(*) FROM creates c WHERE c.settled_at IS NULL AND NOT EXISTS (SELECT 1 FROM replicas p WHERE "
     "p.replica = c.replica AND p.seen_at > :since)"},
    {"archived generations that nothing serves (swept in the background, or by prune)", false,
     "SELECT COUNT(*) FROM archive_generations g WHERE NOT EXISTS (SELECT 1 FROM archives a WHERE a.number = g.archive "
     "AND (a.generation = g.generation OR a.writing = g.generation) AND a.state <> 'dropped')"},
};

std::vector<std::string> tables_of_the_schema() {
    constexpr std::string_view creating = "CREATE TABLE ";
    std::vector<std::string> out = {"schema_versions"};
    for (const auto& step : migrations())
        for (const std::string_view each : step.statements)
            if (each.starts_with(creating)) {
                const auto rest = each.substr(creating.size());
                out.emplace_back(rest.substr(0, rest.find(' ')));
            }
    std::ranges::sort(out);
    return out;
}

long long count(connection& db, const question& asked, store_time since) {
    long long out = 0;
    const std::string text = asked.count;
    if (text.find(":since") == text.npos)
        db.sql() << text, soci::into(out);
    else
        db.sql() << text, soci::use(since), soci::into(out);
    return out;
}

std::vector<finding> integrity_of_the_file(connection& db) {
    std::vector<finding> out;
    const soci::rowset<std::string> lines = (db.sql().prepare << "PRAGMA integrity_check");
    for (const auto& each : lines)
        if (each != "ok")
            out.push_back({"SQLite: " + each, 1, true});
    return out;
}

std::vector<std::string> notes_on_the_server(connection& db) {
    std::vector<std::string> out;
    for (const std::string setting : {"fsync", "full_page_writes", "synchronous_commit"}) {
        std::string value;
        db.sql() << "SHOW " + setting, soci::into(value);
        if (value == "off")
            out.push_back("the server has " + setting + " = off: a crash can lose what was acknowledged");
    }
    return out;
}

} // namespace

bool inspection::is_good() const {
    return version == newest && std::ranges::none_of(findings, [](const finding& each) { return each.is_fault; });
}

inspection inspect(connection& db, store_time now) {
    inspection out;
    out.version = schema_version(db);
    out.newest = migrations().back().version;
    if (out.version != out.newest)
        return out;
    db.begin(false);
    if (db.engine() == store_engine::sqlite)
        out.findings = integrity_of_the_file(db);
    else {
        db.sql().once << "SET LOCAL statement_timeout = 0"; // counting takes what it takes
        out.notes = notes_on_the_server(db);
    }
    for (const auto& table : tables_of_the_schema()) {
        long long rows = 0;
        db.sql() << "SELECT COUNT(*) FROM " + table, soci::into(rows);
        out.tables.push_back({table, rows});
    }
    const auto since = now - std::chrono::duration_cast<std::chrono::microseconds>(replica_silence).count();
    for (const auto& each : questions)
        if (const auto found = count(db, each, since); found > 0)
            out.findings.push_back({std::string(each.what), found, each.is_fault});
    db.commit();
    return out;
}

} // namespace evalbridge
