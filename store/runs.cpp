#include "store/runs.hpp"

#include "mapping/read_unified.hpp"
#include "store/packed.hpp"
#include "store/run_text.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <stdexcept>

namespace evalbridge {
namespace {

// Another replica can come in between the look and the change, and again after that; not for ever.
constexpr int tries_against_others = 100;

/// A value that may be NULL, as statements take it.
template <class T> struct nullable {
    T value{};
    mutable soci::indicator is = soci::i_null; ///< soci takes what is only read as it takes what it fills

    nullable() = default;
    nullable(const std::optional<T>& from) : value(from.value_or(T{})), is(from ? soci::i_ok : soci::i_null) {}
    std::optional<T> get() const { return is == soci::i_ok ? std::optional(value) : std::nullopt; }
};
// What soci makes of it refers to the parameter's name, too, until the statement is made.
const std::string unnamed;
template <class T> auto use(const nullable<T>& v) { return soci::use(v.value, v.is, unnamed); }
template <class T> auto into(nullable<T>& v) { return soci::into(v.value, v.is); }

using null_text = nullable<std::string>;
using null_number = nullable<long long>;

store_time microseconds_of(timestamp at) { return at.time_since_epoch().count(); }

null_text outcome_of(const run& r) {
    return r.outcome ? std::optional(std::string(name_of(*r.outcome))) : std::nullopt;
}

/// The next of what happens to the registry. Nobody else gets one until this transaction ends.
long long next_number(connection& db) {
    long long number = 0;
    db.sql() << "UPDATE counters SET value = value + 1 WHERE name = 'runs.number' RETURNING value", soci::into(number);
    return number;
}

struct known_run {
    std::string etag;
    run_status status = run_status::unknown;
    std::optional<std::string> suite;
    std::optional<std::string> create_id;
    bool ended = false;
};

std::optional<known_run> find_known(connection& db, const std::string& run_id) {
    known_run out;
    std::string status;
    null_text suite, create_id;
    null_number ended;
    db.sql() << "SELECT etag, status, suite, create_id, ended_number FROM runs WHERE run_id = :id", soci::use(run_id),
        soci::into(out.etag), soci::into(status), into(suite), into(create_id), into(ended);
    if (!db.sql().got_data())
        return {};
    out.status = parse_run_status(status).value_or(run_status::unknown);
    out.suite = suite.get();
    out.create_id = create_id.get();
    out.ended = ended.get().has_value();
    return out;
}

std::map<std::string, std::string> labels_of(connection& db, const std::string& run_id) {
    std::map<std::string, std::string> out;
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT name, value FROM run_labels WHERE run_id = :id", soci::use(run_id));
    for (const auto& row : rows)
        out.emplace(row.get<std::string>(0), row.get<std::string>(1));
    return out;
}

void put_labels(connection& db, const std::string& run_id, const std::map<std::string, std::string>& labels) {
    db.sql() << "DELETE FROM run_labels WHERE run_id = :id", soci::use(run_id);
    for (const auto& [given_name, given_value] : labels) {
        const auto name = storable(given_name);
        const auto value = storable(given_value);
        db.sql() << "INSERT INTO run_labels (run_id, name, value) VALUES (:id, :name, :value) "
                    "ON CONFLICT (run_id, name) DO NOTHING",
            soci::use(run_id), soci::use(name), soci::use(value);
    }
}

void put_document(connection& db, const std::string& run_id, const std::string& document) {
    const auto packed = pack(document);
    db.sql() << "INSERT INTO run_documents (run_id, document) VALUES (:id, :document) "
                "ON CONFLICT (run_id) DO UPDATE SET document = excluded.document",
        soci::use(run_id), soci::use(packed);
}

// Where anything that the history tells is another than before.
void append_step(connection& db, const run& r, store_time now) {
    int step = -1;
    std::string status;
    null_text phase, outcome, failure;
    db.sql() << "SELECT step, status, phase, outcome, error FROM run_history WHERE run_id = :id "
                "ORDER BY step DESC LIMIT 1",
        soci::use(r.id), soci::into(step), soci::into(status), into(phase), into(outcome), into(failure);
    const std::string status_now(name_of(r.status));
    const null_text native_now = storable_or_nothing(r.native_status);
    const null_text phase_now = storable_or_nothing(r.phase);
    const null_text outcome_now = outcome_of(r);
    const null_text error_now = storable_or_nothing(r.error);
    const bool first = !db.sql().got_data();
    if (!first && status == status_now && phase.get() == phase_now.get() && outcome.get() == outcome_now.get() &&
        failure.get() == error_now.get())
        return;
    const int next = first ? 0 : step + 1;
    const long long at = now;
    db.sql() << "INSERT INTO run_history (run_id, step, at, status, native_status, phase, outcome, error) "
                "VALUES (:id, :step, :at, :status, :native, :phase, :outcome, :error)",
        soci::use(r.id), soci::use(next), soci::use(at), soci::use(status_now), use(native_now), use(phase_now),
        use(outcome_now), use(error_now);
}

/// What of a run changes the moment its end is seen.
struct ending {
    null_number finished_at;
    null_number number;
};
ending ending_of(const run& r, long long number, store_time now) {
    ending out;
    if (!is_terminal(r.status))
        return out;
    out.finished_at = std::optional<long long>(r.finished_at ? microseconds_of(*r.finished_at) : now);
    out.number = std::optional(number);
    return out;
}

// False where another was quicker.
bool insert(connection& db, const run& r, const run_origin* origin, store_time now) {
    const auto document = document_of(r);
    const auto etag = etag_of_document(document);
    const auto number = next_number(db);
    const auto end = ending_of(r, number, now);
    const std::string status(name_of(r.status));
    const int terminal = is_terminal(r.status) ? 1 : 0;
    const long long seen = now;
    const long long created = r.created_at ? microseconds_of(*r.created_at) : now;
    const null_text suite = storable_or_nothing(r.suite);
    const null_text outcome = outcome_of(r);
    const null_text name = name_key_of(r);
    const auto searched = search_text_of(r);
    null_text started_by, create_id, group_id;
    if (origin) {
        started_by = std::optional(storable(origin->started_by));
        create_id = std::optional(origin->create_id);
        group_id = origin->group_id;
    }
    soci::statement inserting =
        (db.sql().prepare << "INSERT INTO runs (run_id, number, provider, vendor, suite, status, terminal, outcome, "
                             "created_at, finished_at, ended_number, name_key, first_seen_at, updated_at, started_by, "
                             "create_id, group_id, search_text, etag) VALUES (:id, :number, :provider, :vendor, "
                             ":suite, :status, :terminal, :outcome, :created, :finished, :ended, :name, :seen, "
                             ":updated, :by, :create, :group, :searched, :etag) ON CONFLICT (run_id) DO NOTHING",
         soci::use(r.id), soci::use(number), soci::use(r.provider), soci::use(r.vendor), use(suite), soci::use(status),
         soci::use(terminal), use(outcome), soci::use(created), use(end.finished_at), use(end.number), use(name),
         soci::use(seen), soci::use(seen), use(started_by), use(create_id), use(group_id), soci::use(searched),
         soci::use(etag));
    inserting.execute(true);
    if (inserting.get_affected_rows() == 0)
        return false;
    put_document(db, r.id, document);
    put_labels(db, r.id, r.labels);
    append_step(db, r, now);
    return true;
}

// False where another was quicker: the row isn't as it was known any more.
bool update(connection& db, const run& r, const known_run& known, store_time now) {
    const auto document = document_of(r);
    const auto etag = etag_of_document(document);
    const bool ends = is_terminal(r.status) && !known.ended;
    const auto end = ends ? ending_of(r, next_number(db), now) : ending();
    const std::string status(name_of(r.status));
    const int terminal = is_terminal(r.status) ? 1 : 0;
    const null_text outcome = outcome_of(r);
    const auto searched = search_text_of(r);
    const long long seen = now;
    soci::statement updating =
        (db.sql().prepare << "UPDATE runs SET status = :status, terminal = :terminal, outcome = :outcome, "
                             "finished_at = COALESCE(finished_at, :finished), "
                             "ended_number = COALESCE(ended_number, :ended), updated_at = :now, "
                             "search_text = :searched, etag = :etag WHERE run_id = :id AND etag = :known",
         soci::use(status), soci::use(terminal), use(outcome), use(end.finished_at), use(end.number), soci::use(seen),
         soci::use(searched), soci::use(etag), soci::use(r.id), soci::use(known.etag));
    updating.execute(true);
    if (updating.get_affected_rows() == 0)
        return false;
    put_document(db, r.id, document);
    append_step(db, r, now);
    return true;
}

// What the registry shows of a reading of a run that it knows. Nothing where the reading tells nothing new.
std::optional<run> merged(connection& db, const run& read, const known_run& known) {
    bool contradicted = false;
    auto shown = read;
    shown.status = next_status(known.status, read.status, contradicted);
    if (contradicted)
        return {};
    shown.suite = known.suite;
    shown.labels = labels_of(db, read.id);
    if (etag_of_document(document_of(shown)) == known.etag)
        return {};
    return shown;
}

run read_document(const std::string& run_id, const std::string& document) {
    auto shown = read_run(document);
    if (!shown)
        throw std::runtime_error("the registry's document of " + run_id + " can't be read: " + shown.error().detail());
    return std::move(*shown);
}

std::string document_of(connection& db, const std::string& run_id) {
    std::string packed;
    db.sql() << "SELECT document FROM run_documents WHERE run_id = :id", soci::use(run_id), soci::into(packed);
    return unpack(packed);
}

// The run became known before its create was recorded: now it gets what only that knows. False where another was
// quicker.
bool add_origin(connection& db, const run& started, const run_origin& origin, const known_run& known) {
    if (known.create_id == origin.create_id)
        return true;
    auto shown = read_document(started.id, document_of(db, started.id));
    shown.suite = origin.suite;
    shown.labels = origin.labels;
    const auto document = evalbridge::document_of(shown);
    const auto etag = etag_of_document(document);
    const auto by = storable(origin.started_by);
    const null_text group = origin.group_id;
    const null_text suite = storable_or_nothing(origin.suite);
    soci::statement updating =
        (db.sql().prepare << "UPDATE runs SET started_by = :by, create_id = :create, group_id = :group, "
                             "suite = :suite, etag = :etag WHERE run_id = :id AND etag = :known",
         soci::use(by), soci::use(origin.create_id), use(group), use(suite), soci::use(etag), soci::use(started.id),
         soci::use(known.etag));
    updating.execute(true);
    if (updating.get_affected_rows() == 0)
        return false;
    put_document(db, started.id, document);
    put_labels(db, started.id, origin.labels);
    return true;
}

template <class F> void against_others(const std::string& run_id, F done) {
    for (int tries = 0; !done(); ++tries)
        if (tries == tries_against_others)
            throw std::runtime_error("the registry's row of " + run_id + " changes faster than it can be written");
}

} // namespace

void register_started(connection& db, const std::vector<run>& runs, const run_origin& origin, store_time now) {
    auto in_order = runs; // of ids, so that two who register the same runs don't wait for each other
    std::ranges::sort(in_order, {}, &run::id);
    for (auto& each : in_order) {
        each.suite = origin.suite;
        each.labels = origin.labels;
        against_others(each.id, [&] {
            const auto known = find_known(db, each.id);
            return known ? add_origin(db, each, origin, *known) : insert(db, each, &origin, now);
        });
    }
}

bool record_reading(connection& db, const run& r, store_time now) {
    bool written = true;
    against_others(r.id, [&] {
        const auto known = find_known(db, r.id);
        if (!known)
            return insert(db, r, nullptr, now);
        const auto shown = merged(db, r, *known);
        written = shown.has_value();
        return !shown || update(db, *shown, *known, now);
    });
    return written;
}

} // namespace evalbridge
