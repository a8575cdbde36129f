#include "store/schema.hpp"

namespace evalbridge {
namespace {

// What is kept of a finished run, in generations: the rows of one are written in many transactions and seen by nobody
// until `archives.generation` names it; then those of the one before are swept. `number` stands for the run in the
// tables with many rows.
constexpr const char* statements[] = {
    "CREATE TABLE archives ("
    " run_id TEXT PRIMARY KEY,"
    " number BIGINT NOT NULL,"
    " provider TEXT NOT NULL,"
    " vendor TEXT NOT NULL,"
    " state TEXT NOT NULL,"        // waiting, complete, unavailable, dropped
    " generation BIGINT NOT NULL," // the one that is served; 0: none
    " writing BIGINT NOT NULL,"    // the latest that was begun; 0: none
    " inputs INTEGER NOT NULL,"    // 0: contents of items were left out
    " verdicts BIGINT NOT NULL,"
    " results BIGINT NOT NULL,"
    " bytes BIGINT NOT NULL," // of the rows' texts, recorded answers included
    " answer_bytes BIGINT NOT NULL,"
    " totals INTEGER NOT NULL," // which lists tell their total from the first page on (runs/archive/list_totals.hpp)
    " derived_with TEXT NOT NULL,"
    " asked_at BIGINT NOT NULL,"
    " archived_at BIGINT NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " next_at BIGINT NOT NULL,"
    " last_error TEXT)",
    "CREATE UNIQUE INDEX archives_by_number ON archives (number)",
    "CREATE INDEX archives_by_state ON archives (state, next_at)",
    "CREATE INDEX archives_by_derivation ON archives (state, derived_with, next_at)",
    "CREATE INDEX archives_by_age ON archives (state, archived_at)",
    "CREATE INDEX archives_by_provider ON archives (state, provider, archived_at)",
    "CREATE TABLE archive_generations ("
    " archive BIGINT NOT NULL,"
    " generation BIGINT NOT NULL,"
    " PRIMARY KEY (archive, generation))",
    // What the vendor answered, by method and target.
    "CREATE TABLE archived_answers ("
    " archive BIGINT NOT NULL,"
    " request TEXT NOT NULL,"
    " status INTEGER NOT NULL,"
    " fields TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " PRIMARY KEY (archive, request))",
    "CREATE TABLE archived_documents ("
    " archive BIGINT NOT NULL,"
    " generation BIGINT NOT NULL,"
    " name TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " PRIMARY KEY (archive, generation, name))",
    // What verdicts are told apart by in filters: their level, their metric and whether they passed.
    "CREATE TABLE archived_kinds ("
    " archive BIGINT NOT NULL,"
    " generation BIGINT NOT NULL,"
    " kind INTEGER NOT NULL,"
    " level TEXT NOT NULL,"
    " passed INTEGER,"
    " metric TEXT NOT NULL,"
    " native_name TEXT NOT NULL,"
    " native_id TEXT,"
    " PRIMARY KEY (archive, generation, kind))",
    "CREATE TABLE archived_results ("
    " archive BIGINT NOT NULL,"
    " generation BIGINT NOT NULL,"
    " position BIGINT NOT NULL,"
    " result_id TEXT NOT NULL,"
    " trace_id TEXT,"
    " body TEXT NOT NULL,"
    " PRIMARY KEY (archive, generation, position))",
    "CREATE INDEX archived_results_by_id ON archived_results (archive, generation, result_id)",
    "CREATE INDEX archived_results_by_trace ON archived_results (archive, generation, trace_id)",
    "CREATE TABLE archived_verdicts ("
    " archive BIGINT NOT NULL,"
    " generation BIGINT NOT NULL,"
    " position BIGINT NOT NULL,"
    " result BIGINT NOT NULL," // the position of its result
    " kind INTEGER NOT NULL,"
    " body TEXT NOT NULL,"
    " PRIMARY KEY (archive, generation, position))",
    "CREATE INDEX archived_verdicts_by_result ON archived_verdicts (archive, generation, result, position)",
    // The kinds of consecutive verdicts (list `v`), or of each result's (list `r`), and how many there are of each:
    // what finds any place in a filtered list without reading what lies before it.
    "CREATE TABLE archived_blocks ("
    " archive BIGINT NOT NULL,"
    " generation BIGINT NOT NULL,"
    " list TEXT NOT NULL,"
    " block BIGINT NOT NULL,"
    " counts TEXT NOT NULL,"
    " kinds TEXT NOT NULL,"
    " PRIMARY KEY (archive, generation, list, block))",
    "INSERT INTO counters (name, value) VALUES ('archives.number', 0)",
    "INSERT INTO counters (name, value) VALUES ('archives.enrolled', 0)", // runs.updated_at up to which all were
};

} // namespace

std::span<const char* const> schema_of_archive() { return statements; }

} // namespace evalbridge
