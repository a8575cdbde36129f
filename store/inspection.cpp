#include "store/inspection.hpp"

#include "store/failure.hpp"
#include "store/inspection_looks.hpp"
#include "store/leases.hpp"
#include "store/look.hpp"
#include "store/schema.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <iterator>
#include <optional>
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

/// A look by which nothing of what the others find is lost.
template <class F> bool taken(connection& db, inspection& out, std::string_view what, F work) {
    const auto failed = look(db, work);
    if (failed)
        out.findings.push_back({"look that failed, at the " + std::string(what) + ": " + *failed, 1, true});
    return !failed;
}

/// Why SQLite can't even tell what tables its file has. Throws what isn't damage: no such file, no right to read it.
std::optional<std::string> damage_at_opening(connection& db) {
    try {
        if (!db.is_open())
            db.open();
        if (db.engine() == store_engine::sqlite) // which reads nothing before it has to
            db.sql().once << "SELECT COUNT(*) FROM sqlite_master";
        return {};
    } catch (const soci::soci_error&) {
        const auto why = judge_current_exception(db.engine());
        if (!is_damage(why))
            throw;
        return why.text;
    }
}

/// Of a damaged file SQLite may say that it knows no such table, as of one that is empty.
std::optional<int> version_if_readable(connection& db, inspection& out) {
    try {
        if (!db.is_open()) // as after a look that failed badly
            db.open();
        const int version = schema_version(db);
        return version == 0 && !out.is_without_faults() ? std::nullopt : std::optional(version);
    } catch (const soci::soci_error&) {
        const auto why = judge_current_exception(db.engine());
        if (why.kind == store_failure::gone || why.kind == store_failure::conflict)
            throw;
        out.findings.push_back({"look that failed, at the schema's version: " + why.text, 1, true});
        return {};
    }
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

bool inspection::is_without_faults() const {
    return std::ranges::none_of(findings, [](const finding& each) { return each.is_fault; });
}

bool inspection::is_good() const { return version == newest && is_without_faults(); }

inspection inspect(connection& db, store_time now) {
    inspection out;
    out.newest = migrations().back().version;
    if (const auto damage = damage_at_opening(db)) {
        out.findings.push_back({"file that SQLite can't read as a database: " + *damage, 1, true});
        return out;
    }
    if (db.engine() == store_engine::sqlite)
        out.findings = faults_of_the_file(db);
    out.version = version_if_readable(db, out);
    if (out.version && out.version != out.newest)
        return out;
    if (db.engine() == store_engine::postgresql)
        taken(db, out, "server's settings", [&] { out.notes = notes_on_the_server(db); });
    for (const auto& table : tables_of_the_schema()) {
        long long rows = 0;
        if (taken(db, out, "rows of " + table, [&] { db.sql() << "SELECT COUNT(*) FROM " + table, soci::into(rows); }))
            out.tables.push_back({table, rows});
    }
    const auto since = now - std::chrono::duration_cast<std::chrono::microseconds>(replica_silence).count();
    for (const auto& each : questions) {
        long long found = 0;
        if (taken(db, out, each.what, [&] { found = count(db, each, since); }) && found > 0)
            out.findings.push_back({std::string(each.what), found, each.is_fault});
    }
    std::ranges::move(faults_of_packed_texts(db), std::back_inserter(out.findings));
    return out;
}

} // namespace evalbridge
