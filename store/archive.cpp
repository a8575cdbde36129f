#include "store/archive.hpp"

#include "store/archive_rows.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace evalbridge {
namespace {

/// Runs become known a little out of order, since every replica has a clock of its own.
constexpr store_time enrolled_again = 600LL * 1'000'000;
/// Not with every look.
constexpr store_time enrolled_told_again = 60LL * 1'000'000;

constexpr std::pair<archive_state, std::string_view> state_names[] = {
    {archive_state::waiting, "waiting"},
    {archive_state::complete, "complete"},
    {archive_state::unavailable, "unavailable"},
    {archive_state::dropped, "dropped"},
};

archive_state state_of(std::string_view name) {
    for (const auto& [state, known] : state_names)
        if (known == name)
            return state;
    throw std::runtime_error("the store has an archive in a state that there isn't");
}

constexpr const char* columns =
    "SELECT run_id, number, provider, vendor, state, generation, writing, inputs, verdicts, "
    "results, bytes, totals, derived_with, asked_at, archived_at, attempts, next_at, "
    "last_error FROM archives ";

// A row of `columns` as it is fetched.
struct fetched_record {
    archive_record record;
    std::string state;
    int inputs = 1;
    int totals = 0;
    std::string why;
    soci::indicator why_is = soci::i_null;

    void into(soci::statement& st) {
        auto& r = record;
        st.exchange(soci::into(r.run_id)), st.exchange(soci::into(r.number)), st.exchange(soci::into(r.provider));
        st.exchange(soci::into(r.vendor)), st.exchange(soci::into(state)), st.exchange(soci::into(r.generation));
        st.exchange(soci::into(r.writing)), st.exchange(soci::into(inputs)), st.exchange(soci::into(r.verdicts));
        st.exchange(soci::into(r.results)), st.exchange(soci::into(r.bytes)), st.exchange(soci::into(totals));
        st.exchange(soci::into(r.derived_with)), st.exchange(soci::into(r.asked_at));
        st.exchange(soci::into(r.archived_at)), st.exchange(soci::into(r.attempts));
        st.exchange(soci::into(r.next_at)), st.exchange(soci::into(why, why_is));
    }
    archive_record take() const {
        auto out = record;
        out.state = state_of(state);
        out.inputs = inputs != 0;
        out.totals = static_cast<std::uint32_t>(totals);
        if (why_is == soci::i_ok)
            out.last_error = why;
        return out;
    }
};

/// The records that `where` selects; `bind` binds its values.
template <class Bind> std::vector<archive_record> select(connection& db, const std::string& where, Bind bind) {
    std::vector<archive_record> out;
    fetched_record each;
    soci::statement st(db.sql());
    each.into(st);
    bind(st);
    st.alloc();
    st.prepare(columns + where);
    st.define_and_bind();
    st.execute();
    while (st.fetch())
        out.push_back(each.take());
    return out;
}

/// `?`s can't be bound as a list; the names are counted, the values bound one by one.
std::string names_of_parameters(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out.append(i == 0 ? ":n" : ", :n").append(std::to_string(i));
    return out;
}

void bind_all(soci::statement& st, const std::vector<std::string>& values) {
    for (const auto& each : values)
        st.exchange(soci::use(each));
}

std::int64_t next_number(connection& db) {
    std::int64_t number = 0;
    db.sql() << "UPDATE counters SET value = value + 1 WHERE name = 'archives.number' RETURNING value",
        soci::into(number);
    return number;
}

void insert_waiting(connection& db, const std::string& run_id, const std::string& provider, const std::string& vendor,
                    store_time now) {
    const auto number = next_number(db);
    db.sql() << "INSERT INTO archives (run_id, number, provider, vendor, state, generation, writing, inputs, verdicts, "
                "results, bytes, answer_bytes, totals, derived_with, asked_at, archived_at, attempts, next_at) VALUES "
                "(:run_id, :number, :provider, :vendor, 'waiting', 0, 0, 1, 0, 0, 0, 0, 0, '', :asked_at, 0, 0, "
                ":next_at) ON CONFLICT (run_id) DO NOTHING",
        soci::use(run_id), soci::use(number), soci::use(provider), soci::use(vendor), soci::use(now), soci::use(now);
}

/// It is swept once it is neither served nor the one that is being written.
void list_for_sweeping(connection& db, std::int64_t archive, std::int64_t generation) {
    if (generation == 0)
        return;
    db.sql() << "INSERT INTO archive_generations (archive, generation) VALUES (:archive, :generation) ON CONFLICT "
                "(archive, generation) DO NOTHING",
        soci::use(archive), soci::use(generation);
}

struct ended_run {
    std::string run_id;
    std::string provider;
    std::string vendor;
    store_time updated_at = 0;
};

std::vector<ended_run> ended_runs(connection& db, store_time since, int most) {
    std::vector<ended_run> out;
    ended_run each;
    soci::statement st =
        (db.sql().prepare << "SELECT run_id, provider, vendor, updated_at FROM runs WHERE terminal = 1 AND updated_at "
                             ">= :since AND NOT EXISTS (SELECT 1 FROM archives WHERE archives.run_id = runs.run_id) "
                             "ORDER BY updated_at, run_id LIMIT :most",
         soci::use(since), soci::use(most), soci::into(each.run_id), soci::into(each.provider), soci::into(each.vendor),
         soci::into(each.updated_at));
    st.execute();
    while (st.fetch())
        out.push_back(each);
    return out;
}

} // namespace

std::string_view name_of(archive_state state) {
    for (const auto& [known, name] : state_names)
        if (known == state)
            return name;
    return "unknown";
}

std::optional<archive_record> find_archive(connection& db, const std::string& run_id) {
    auto found = select(db, "WHERE run_id = :run_id", [&](soci::statement& st) { st.exchange(soci::use(run_id)); });
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

bool has_runs_to_enrol(connection& db, store_time now) {
    store_time enrolled = 0;
    db.sql() << "SELECT value FROM counters WHERE name = 'archives.enrolled'", soci::into(enrolled);
    return now - enrolled_again > enrolled + enrolled_told_again || !ended_runs(db, enrolled, 1).empty();
}

bool enrol_ended_runs(connection& db, store_time now, int most) {
    store_time enrolled = 0;
    db.sql() << "SELECT value FROM counters WHERE name = 'archives.enrolled'", soci::into(enrolled);
    const auto ended = ended_runs(db, enrolled, most);
    for (const auto& each : ended)
        insert_waiting(db, each.run_id, each.provider, each.vendor, now);
    const bool more = ended.size() == static_cast<std::size_t>(most);
    auto through = now - enrolled_again;
    if (more)
        through = std::min(through, ended.back().updated_at);
    if (through > enrolled + (more ? 0 : enrolled_told_again))
        db.sql() << "UPDATE counters SET value = :through WHERE name = 'archives.enrolled' AND value < :value",
            soci::use(through), soci::use(through);
    return more;
}

archive_record request_archive(connection& db, const std::string& run_id, const std::string& provider,
                               const std::string& vendor, store_time now) {
    insert_waiting(db, run_id, provider, vendor, now);
    db.sql() << "UPDATE archives SET attempts = attempts WHERE run_id = :run_id", soci::use(run_id);
    if (const auto before = find_archive(db, run_id); before->state == archive_state::dropped)
        forget_answers(db, before->number); // some may be swept already, the others hold what was to go
    db.sql() << "UPDATE archives SET state = 'waiting', asked_at = :asked, next_at = :next, attempts = 0, last_error = "
                "NULL WHERE run_id = :run_id AND state IN ('dropped', 'unavailable')",
        soci::use(now), soci::use(now), soci::use(run_id);
    db.sql() << "UPDATE archives SET next_at = :now WHERE run_id = :run_id AND state = 'waiting' AND next_at > :than",
        soci::use(now), soci::use(run_id), soci::use(now);
    auto asked = find_archive(db, run_id).value();
    db.sql() << "DELETE FROM archive_generations WHERE archive = :archive AND generation = :answers",
        soci::use(asked.number), soci::use(all_answers);
    return asked;
}

std::vector<archive_record> archives_to_make(connection& db, const std::vector<std::string>& providers, store_time now,
                                             int most) {
    if (providers.empty())
        return {};
    return select(db,
                  "WHERE state = 'waiting' AND next_at <= :now AND provider IN (" +
                      names_of_parameters(providers.size()) + ") ORDER BY next_at, number LIMIT " +
                      std::to_string(most),
                  [&](soci::statement& st) {
                      st.exchange(soci::use(now));
                      bind_all(st, providers);
                  });
}

std::vector<archive_record> stale_archives(connection& db, const std::vector<std::string>& providers,
                                           const std::string& derived_with, store_time now, int most) {
    std::vector<archive_record> out;
    if (providers.empty())
        return out;
    // Both sides of the one that is right: each a range of an index, which is empty nearly always.
    for (const char* const side : {"<", ">"}) {
        const auto found =
            select(db,
                   std::string("WHERE state = 'complete' AND derived_with ") + side +
                       " :derived AND next_at <= :now AND provider IN (" + names_of_parameters(providers.size()) +
                       ") ORDER BY derived_with, next_at LIMIT " + std::to_string(most),
                   [&](soci::statement& st) {
                       st.exchange(soci::use(derived_with));
                       st.exchange(soci::use(now));
                       bind_all(st, providers);
                   });
        out.insert(out.end(), found.begin(), found.end());
    }
    return out;
}

std::int64_t begin_generation(connection& db, std::int64_t archive) {
    std::int64_t generation = 0;
    db.sql() << "UPDATE archives SET writing = writing + 1, attempts = attempts + 1 WHERE number = :number RETURNING "
                "writing",
        soci::use(archive), soci::into(generation);
    list_for_sweeping(db, archive, generation);
    return generation;
}

bool is_being_written(connection& db, std::int64_t archive, std::int64_t generation) {
    soci::statement st = (db.sql().prepare << "UPDATE archives SET attempts = attempts WHERE number = :number AND "
                                              "writing = :generation AND state IN ('waiting', 'complete')",
                          soci::use(archive), soci::use(generation));
    st.execute(true);
    return st.get_affected_rows() == 1;
}

bool complete_archive(connection& db, std::int64_t archive, std::int64_t generation, const archive_totals& what,
                      store_time now) {
    if (!is_being_written(db, archive, generation))
        return false;
    store_time replaced = 0;
    db.sql() << "SELECT generation FROM archives WHERE number = :number", soci::use(archive), soci::into(replaced);
    const int inputs = what.inputs ? 1 : 0;
    const int totals = static_cast<int>(what.totals);
    db.sql() << "UPDATE archives SET state = 'complete', generation = :generation, inputs = :inputs, verdicts = "
                ":verdicts, results = :results, bytes = answer_bytes + :bytes, totals = :totals, derived_with = "
                ":derived, archived_at = CASE WHEN archived_at = 0 THEN :now ELSE archived_at END, next_at = 0, "
                "attempts = 0, last_error = NULL WHERE number = :number",
        soci::use(generation), soci::use(inputs), soci::use(what.verdicts), soci::use(what.results),
        soci::use(what.bytes), soci::use(totals), soci::use(what.derived_with), soci::use(now), soci::use(archive);
    if (replaced != generation) // else this ran before
        list_for_sweeping(db, archive, replaced);
    db.sql() << "DELETE FROM archive_generations WHERE archive = :archive AND generation = :generation",
        soci::use(archive), soci::use(generation);
    return true;
}

void archive_failed(connection& db, std::int64_t archive, const std::string& why, store_time next_at, bool for_good) {
    const std::string failed = for_good ? "unavailable" : "waiting";
    db.sql()
        << "UPDATE archives SET state = CASE WHEN state = 'waiting' THEN :state ELSE state END, last_error = :why, "
           "writing = writing + 1, next_at = :next WHERE number = :number AND state IN ('waiting', 'complete')",
        soci::use(failed), soci::use(why), soci::use(next_at), soci::use(archive);
}

bool drop_archive(connection& db, const std::string& run_id) {
    // Nobody else changes it from here on: what is read next is what is dropped.
    db.sql() << "UPDATE archives SET attempts = attempts WHERE run_id = :run_id", soci::use(run_id);
    const auto found = find_archive(db, run_id);
    if (!found || found->state == archive_state::dropped)
        return false;
    db.sql() << "UPDATE archives SET state = 'dropped', generation = 0, writing = writing + 1, verdicts = 0, results = "
                "0, bytes = 0, answer_bytes = 0, archived_at = 0, last_error = NULL WHERE run_id = :run_id",
        soci::use(run_id);
    list_for_sweeping(db, found->number, found->generation);
    list_for_sweeping(db, found->number, all_answers);
    return true;
}

} // namespace evalbridge
