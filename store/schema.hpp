#pragma once
// The schema, as the steps that lead to it: one SQL text for both engines. A step that was released is never changed;
// what comes later is a step of its own. Every text is UTF-8 TEXT; every time is microseconds since 1970 in a BIGINT;
// what is compressed is base64url text (store/packed.hpp), since the engines share no type for bytes.

#include "store/connection.hpp"

#include <span>
#include <string_view>

namespace evalbridge {

struct migration {
    int version = 0;
    std::string_view name;
    std::span<const char* const> statements;
    void (*refill)(connection&) = nullptr; ///< what of the step SQL can't say, after its statements; may run again
};

/// In order, numbered from 1.
std::span<const migration> migrations();

// A step's statements are in a file of its own, named after what they hold.
std::span<const char* const> schema_of_runs();
std::span<const char* const> schema_of_creates();
std::span<const char* const> schema_of_archive();
std::span<const char* const> schema_of_replicas();

/// Folds what the registry is searched by with the letters that are known by now.
void fold_search_texts(connection& db);

/// What the database is at: 0 for one that holds nothing of ours. In a transaction of its own.
int schema_version(connection& db);
/// Applies the steps that are missing, each in a transaction of its own; several processes may do it at once. The
/// number applied. Throws std::runtime_error where the database is of a newer evalbridge than this one.
int migrate(connection& db);

} // namespace evalbridge
