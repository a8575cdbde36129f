#include "store/schema.hpp"

namespace evalbridge {
namespace {

constexpr const char* statements[] = {
    // `steady_since`: since when it has said so without a gap. Who couldn't say so himself can't tell who is dead.
    "CREATE TABLE replicas ("
    " replica TEXT PRIMARY KEY,"
    " started_at BIGINT NOT NULL,"
    " steady_since BIGINT NOT NULL,"
    " seen_at BIGINT NOT NULL)",
    "CREATE TABLE leases (what TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)",
    // Who watches a live run. It holds while that replica lives, so that a watch costs no write but its first.
    "CREATE TABLE watches ("
    " run_id TEXT PRIMARY KEY,"
    " replica TEXT NOT NULL,"
    " since BIGINT NOT NULL,"
    " asked_at BIGINT NOT NULL)", // when another replica last wanted it to look at once; 0 for never
    "CREATE INDEX watches_by_replica ON watches (replica)",
    // Live runs that nobody watches any more without a client.
    "CREATE TABLE given_up (run_id TEXT PRIMARY KEY, at BIGINT NOT NULL, why TEXT NOT NULL)",
    // What each replica has in its windows, by urgency: interactive, watch, archive.
    "CREATE TABLE rate_use ("
    " budget TEXT NOT NULL,"
    " replica TEXT NOT NULL,"
    " at BIGINT NOT NULL,"
    " minute_0 INTEGER NOT NULL,"
    " minute_1 INTEGER NOT NULL,"
    " minute_2 INTEGER NOT NULL,"
    " hour_0 INTEGER NOT NULL,"
    " hour_1 INTEGER NOT NULL,"
    " hour_2 INTEGER NOT NULL,"
    " PRIMARY KEY (budget, replica))",
};

} // namespace

std::span<const char* const> schema_of_replicas() { return statements; }

} // namespace evalbridge
