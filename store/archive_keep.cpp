// How long archives are kept, and what becomes of the rows of those that aren't.

#include "store/archive.hpp"
#include "store/archive_rows.hpp"

#include <soci/soci.h>

#include <algorithm>

namespace evalbridge {
namespace {

struct old_archive {
    std::string run_id;
    std::int64_t bytes = 0;
};

// Whose archives one rule is about: those of a provider, or of all that have no rule of their own.
class group {
  public:
    explicit group(const std::string& provider) : where_("provider = :p0"), names_{provider} {}
    explicit group(const std::map<std::string, archive_retention>& others) : where_("1 = 1") {
        if (others.empty())
            return;
        where_ = "provider NOT IN (";
        for (const auto& [name, unused] : others) {
            where_.append(names_.empty() ? ":p" : ", :p").append(std::to_string(names_.size()));
            names_.push_back(name);
        }
        where_ += ")";
    }

    std::int64_t bytes(connection& db) const {
        std::int64_t sum = 0;
        soci::statement st(db.sql());
        st.exchange(soci::into(sum));
        bind(st);
        run(st, "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM archives WHERE state = 'complete' AND " + where_);
        st.fetch();
        return sum;
    }
    /// The oldest first; `before`: made before then.
    std::vector<old_archive> oldest(connection& db, store_time before) const {
        std::vector<old_archive> out;
        old_archive each;
        soci::statement st(db.sql());
        st.exchange(soci::into(each.run_id));
        st.exchange(soci::into(each.bytes));
        bind(st);
        st.exchange(soci::use(before));
        run(st, "SELECT run_id, bytes FROM archives WHERE state = 'complete' AND " + where_ +
                    " AND archived_at < :before ORDER BY archived_at, number LIMIT " +
                    std::to_string(archives_dropped_at_once));
        while (st.fetch())
            out.push_back(each);
        return out;
    }

    /// Those that still wait after so long.
    std::vector<std::string> waiting_since(connection& db, store_time before) const {
        std::vector<std::string> out;
        std::string each;
        soci::statement st(db.sql());
        st.exchange(soci::into(each));
        bind(st);
        st.exchange(soci::use(before));
        run(st, "SELECT run_id FROM archives WHERE state = 'waiting' AND " + where_ +
                    " AND asked_at < :before ORDER BY asked_at, number LIMIT " +
                    std::to_string(archives_dropped_at_once));
        while (st.fetch())
            out.push_back(each);
        return out;
    }

  private:
    void bind(soci::statement& st) const {
        for (const auto& each : names_)
            st.exchange(soci::use(each));
    }
    static void run(soci::statement& st, const std::string& text) {
        st.alloc();
        st.prepare(text);
        st.define_and_bind();
        st.execute();
    }

    std::string where_;
    std::vector<std::string> names_;
};

void add_due(connection& db, const group& of, const archive_retention& keep, store_time now,
             std::vector<std::string>& out) {
    std::int64_t over = 0;
    if (keep.bytes)
        over = of.bytes(db) - static_cast<std::int64_t>(*keep.bytes);
    if (keep.age) {
        const auto before = now - std::chrono::microseconds(*keep.age).count();
        for (auto& each : of.oldest(db, before)) {
            over -= each.bytes;
            out.push_back(std::move(each.run_id));
        }
        for (auto& each : of.waiting_since(db, before))
            out.push_back(std::move(each));
    }
    if (over <= 0)
        return;
    const auto already = out.size();
    for (auto& each : of.oldest(db, now + 1)) {
        if (over <= 0)
            break;
        bool listed = false;
        for (std::size_t i = 0; i < already && !listed; ++i)
            listed = out[i] == each.run_id;
        if (listed)
            continue;
        over -= each.bytes;
        out.push_back(std::move(each.run_id));
    }
}

struct dead_generation {
    std::int64_t archive = 0;
    std::int64_t generation = 0;
};

std::optional<dead_generation> find_dead_generation(connection& db) {
    dead_generation out;
    db.sql() << "SELECT g.archive, g.generation FROM archive_generations g JOIN archives a ON a.number = g.archive "
                "WHERE g.generation <> a.generation AND g.generation < a.writing LIMIT 1",
        soci::into(out.archive), soci::into(out.generation);
    return db.sql().got_data() ? std::optional(out) : std::nullopt;
}

// Rows are found by an index and deleted by their whole key: no engine of ours deletes with a limit.
bool delete_some(connection& db, const std::string& table, const std::string& key, const dead_generation& of,
                 int rows) {
    const auto count = std::to_string(rows);
    soci::statement st =
        (db.sql().prepare << "DELETE FROM " + table + " WHERE archive = :a AND generation = :g AND " + key +
                                 " IN (SELECT " + key + " FROM " + table +
                                 " WHERE archive = :b AND generation = :h LIMIT " + count + ")",
         soci::use(of.archive), soci::use(of.generation), soci::use(of.archive), soci::use(of.generation));
    st.execute(true);
    if (st.get_affected_rows() > 0)
        return true;
    // Somebody else may have deleted just these, while there are more.
    int one = 0;
    db.sql() << "SELECT 1 FROM " + table + " WHERE archive = :a AND generation = :g LIMIT 1", soci::use(of.archive),
        soci::use(of.generation), soci::into(one);
    return db.sql().got_data();
}

bool sweep_rows(connection& db, const dead_generation& dead, int rows) {
    constexpr std::pair<const char*, const char*> tables[] = {
        {"archived_verdicts", "position"}, {"archived_results", "position"}, {"archived_blocks", "block"},
        {"archived_kinds", "kind"},        {"archived_documents", "name"},
    };
    for (const auto& [table, key] : tables)
        if (delete_some(db, table, key, dead, rows))
            return true;
    return false;
}

// Each may be megabytes, so few go at once. Of an archive that was asked for again meanwhile none go.
bool sweep_answers(connection& db, std::int64_t archive, int rows) {
    soci::statement dropped =
        (db.sql().prepare << "UPDATE archives SET attempts = attempts WHERE number = :a AND state = 'dropped'",
         soci::use(archive));
    dropped.execute(true);
    if (dropped.get_affected_rows() == 0)
        return false;
    const auto count = std::to_string(std::max(1, rows / 50));
    soci::statement st = (db.sql().prepare << "DELETE FROM archived_answers WHERE archive = :a AND request IN (SELECT "
                                              "request FROM archived_answers WHERE archive = :b LIMIT " +
                                                  count + ")",
                          soci::use(archive), soci::use(archive));
    st.execute(true);
    if (st.get_affected_rows() > 0)
        return true;
    int one = 0;
    db.sql() << "SELECT 1 FROM archived_answers WHERE archive = :a LIMIT 1", soci::use(archive), soci::into(one);
    return db.sql().got_data();
}

} // namespace

bool sweep_archives(connection& db, int rows) {
    constexpr int generations_at_once = 50; // many have no rows, or none any more
    for (int i = 0; i < generations_at_once; ++i) {
        const auto dead = find_dead_generation(db);
        if (!dead)
            return false;
        if (dead->generation != all_answers ? sweep_rows(db, *dead, rows) : sweep_answers(db, dead->archive, rows))
            return true;
        db.sql() << "DELETE FROM archive_generations WHERE archive = :a AND generation = :g", soci::use(dead->archive),
            soci::use(dead->generation);
    }
    return true;
}

std::vector<std::string> archives_to_drop(connection& db, const archive_policy& policy, store_time now) {
    std::vector<std::string> out;
    add_due(db, group(policy.of_provider), policy.all, now, out);
    for (const auto& [name, keep] : policy.of_provider)
        add_due(db, group(name), keep, now, out);
    return out;
}

std::vector<archived_source> archived_sources(connection& db) {
    std::vector<archived_source> out;
    for (archived_source each;;) {
        const auto last = each.provider;
        db.sql() << "SELECT provider, vendor FROM archives WHERE provider > :last AND state = 'complete' ORDER BY "
                    "provider LIMIT 1",
            soci::use(last), soci::into(each.provider), soci::into(each.vendor);
        if (!db.sql().got_data())
            return out;
        out.push_back(each);
    }
}

std::vector<archive_usage> usage_of_archives(connection& db) {
    std::vector<archive_usage> out;
    archive_usage each;
    soci::statement st =
        (db.sql().prepare
             << "SELECT provider, MAX(vendor), CAST(SUM(CASE WHEN state = 'complete' THEN 1 ELSE 0 END) AS BIGINT), "
                "CAST(SUM(bytes) AS BIGINT), CAST(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS "
                "BIGINT) FROM archives WHERE state IN ('complete', 'waiting') GROUP BY provider ORDER BY "
                "provider",
         soci::into(each.provider), soci::into(each.vendor), soci::into(each.archives), soci::into(each.bytes),
         soci::into(each.waiting));
    st.execute();
    while (st.fetch())
        out.push_back(each);
    return out;
}

} // namespace evalbridge
