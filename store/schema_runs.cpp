#include "store/schema.hpp"

namespace evalbridge {
namespace {

// What lists filter and sort by is apart from the runs' documents, so that a list reads small rows.
//
// The counter `runs.number` counts what happens to the registry: a run becoming known (`number`) and its end becoming
// known (`ended_number`). Whoever takes a number holds the counter's row until he commits, so a number that can be read
// says that everything up to it can be read: a walk through a list takes in what was there at the number it began with,
// and what it sorts by never changes: created_at and name_key are as they were first known, finished_at is as the end
// was, and whether a run had ended is told by ended_number.
constexpr const char* statements[] = {
    "CREATE TABLE runs ("
    " run_id TEXT PRIMARY KEY,"
    " number BIGINT NOT NULL,"
    " provider TEXT NOT NULL,"
    " vendor TEXT NOT NULL,"
    " suite TEXT,"
    " status TEXT NOT NULL,"
    " terminal INTEGER NOT NULL,"
    " outcome TEXT,"
    " created_at BIGINT NOT NULL," // the vendor's, or first_seen_at where it told none
    " finished_at BIGINT,"         // the vendor's, or when its end was seen; NULL while it hasn't been
    " ended_number BIGINT,"
    " name_key TEXT," // hexadecimal of the name in lower case: sorts alike whatever a database's language
    " first_seen_at BIGINT NOT NULL,"
    " updated_at BIGINT NOT NULL,"
    " started_by TEXT," // the API key's name; NULL for runs started elsewhere
    " create_id TEXT,"
    " group_id TEXT,"
    " search_text TEXT NOT NULL," // lower case: name, description, agent, native id
    " etag TEXT NOT NULL)",       // of the document
    "CREATE UNIQUE INDEX runs_by_number ON runs (number)",
    "CREATE INDEX runs_by_created ON runs (created_at, number)",
    "CREATE INDEX runs_by_finished ON runs (finished_at, number, ended_number)",
    "CREATE INDEX runs_by_name ON runs (name_key, number)",
    "CREATE INDEX runs_by_provider ON runs (provider, created_at, number)",
    "CREATE INDEX runs_by_suite ON runs (suite, created_at, number)",
    "CREATE INDEX runs_by_status ON runs (status, created_at, number)",
    "CREATE INDEX runs_by_outcome ON runs (outcome, created_at, number)",
    "CREATE INDEX runs_by_group ON runs (group_id)",
    "CREATE INDEX runs_by_end ON runs (terminal, updated_at)",
    // The run as the API shows it, without `raw`; packed (store/packed.hpp).
    "CREATE TABLE run_documents (run_id TEXT PRIMARY KEY, document TEXT NOT NULL)",
    "CREATE TABLE run_labels ("
    " run_id TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " PRIMARY KEY (run_id, name))",
    "CREATE INDEX run_labels_by_value ON run_labels (name, value, run_id)",
    "CREATE TABLE run_history ("
    " run_id TEXT NOT NULL,"
    " step INTEGER NOT NULL,"
    " at BIGINT NOT NULL,"
    " status TEXT NOT NULL,"
    " native_status TEXT,"
    " phase TEXT,"
    " outcome TEXT,"
    " error TEXT,"
    " PRIMARY KEY (run_id, step))",
    // One row a counter that has to be the same for all replicas, e.g. `runs.number`.
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
    "INSERT INTO counters (name, value) VALUES ('runs.number', 0)",
};

} // namespace

std::span<const char* const> schema_of_runs() { return statements; }

} // namespace evalbridge
