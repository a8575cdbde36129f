#include "store/schema.hpp"

namespace evalbridge {
namespace {

// A create is recorded before a byte of it is sent. While `settled_at` is NULL somebody has still to do something about
// it: `replica` does. `idem_key` goes as soon as the key may be used anew.
constexpr const char* statements[] = {
    "CREATE TABLE creates ("
    " create_id TEXT PRIMARY KEY,"
    " client TEXT NOT NULL," // the API key's name
    " idem_key TEXT,"
    " request_hash TEXT NOT NULL," // SHA-256 of the body's bytes
    " provider TEXT NOT NULL,"
    " spec TEXT NOT NULL," // packed JSON: what mapping/run_spec.hpp reads
    " suite TEXT,"
    " tag TEXT," // ours, in the vendor's name of the run; NULL where runs aren't tagged
    " state TEXT NOT NULL,"
    " role TEXT NOT NULL,"
    " place INTEGER NOT NULL," // among those of its group
    " group_id TEXT,"
    " replica TEXT NOT NULL,"
    " request_id TEXT NOT NULL,"
    " findable INTEGER NOT NULL," // whether the vendor can be asked for what a lost create has started
    " created_at BIGINT NOT NULL,"
    " send_until BIGINT,"  // its first byte leaves before this, or never
    " quiet_since BIGINT," // from then on nobody waits for its answer
    " settled_at BIGINT,"
    " answer_status INTEGER,"
    " answer_type TEXT,"
    " answer_body TEXT," // packed
    " answer_location TEXT,"
    " run_ids TEXT," // a JSON array
    " cause TEXT)",  // packed JSON: why it was refused, or why its answer was lost
    "CREATE UNIQUE INDEX creates_by_key ON creates (client, idem_key)",
    "CREATE INDEX creates_by_settled ON creates (settled_at, created_at)",
    "CREATE INDEX creates_by_group ON creates (group_id, place)",
    "CREATE TABLE run_groups ("
    " group_id TEXT PRIMARY KEY,"
    " client TEXT NOT NULL,"
    " suite TEXT NOT NULL,"
    " created_at BIGINT NOT NULL)",
};

} // namespace

std::span<const char* const> schema_of_creates() { return statements; }

} // namespace evalbridge
