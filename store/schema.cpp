#include "store/schema.hpp"

#include "store/failure.hpp"
#include "store/time.hpp"

#include <soci/soci.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>

namespace evalbridge {
namespace {

constexpr int tries_against_others = 20;

const std::array<migration, 5>& steps() {
    static const std::array<migration, 5> all = {{
        {1, "runs", schema_of_runs()},
        {2, "creates", schema_of_creates()},
        {3, "archive", schema_of_archive()},
        {4, "replicas", schema_of_replicas()},
        {5, "letters", {}, fold_search_texts},
    }};
    return all;
}

void create_version_table(connection& db) {
    db.begin(true);
    db.sql().once << "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                     "applied_at BIGINT NOT NULL)";
    db.commit();
}

void refuse_newer(int version) {
    const int known = steps().back().version;
    if (version > known)
        throw std::runtime_error("its schema is at version " + std::to_string(version) +
                                 ", newer than this evalbridge knows (" + std::to_string(known) +
                                 "); run the newer evalbridge");
}

// False where there was nothing left to do.
bool apply_next(connection& db) {
    db.begin(true);
    int at = 0;
    db.sql() << "SELECT COALESCE(MAX(version), 0) FROM schema_versions", soci::into(at);
    refuse_newer(at);
    if (at == steps().back().version) {
        db.commit();
        return false;
    }
    const auto& step = steps()[static_cast<std::size_t>(at)];
    const auto now = stored(std::chrono::system_clock::now());
    const std::string name(step.name);
    // First, so that of several processes the others wait here, and then find it done.
    db.sql() << "INSERT INTO schema_versions (version, name, applied_at) VALUES (:v, :n, :t)", soci::use(step.version),
        soci::use(name), soci::use(now);
    for (const auto* each : step.statements)
        db.sql().once << each;
    if (step.refill)
        step.refill(db);
    db.commit();
    return true;
}

} // namespace

std::span<const migration> migrations() { return steps(); }

int schema_version(connection& db) {
    try {
        db.begin(false);
        int version = 0;
        db.sql() << "SELECT COALESCE(MAX(version), 0) FROM schema_versions", soci::into(version);
        db.commit();
        return version;
    } catch (const soci::soci_error&) {
        const auto why = judge_current_exception(db.engine());
        db.roll_back();
        if (why.kind != store_failure::misuse) // which here is that there is no such table yet
            throw;
        return 0;
    }
}

int migrate(connection& db) {
    // What is up to date is only looked at: a gateway needs no right to change the schema, nor any lock.
    const int at = schema_version(db);
    refuse_newer(at);
    if (at == steps().back().version)
        return 0;
    int applied = 0;
    // Two that create the same table at once: the engines tell one of them that it exists, in several ways.
    for (int tries = 1;; ++tries) {
        try {
            create_version_table(db);
            while (apply_next(db))
                ++applied;
            return applied;
        } catch (const soci::soci_error&) {
            const auto why = judge_current_exception(db.engine());
            db.roll_back();
            if (why.kind == store_failure::refused || tries == tries_against_others || !db.is_open())
                throw;
        } catch (...) {
            db.roll_back();
            throw;
        }
    }
}

} // namespace evalbridge
