#pragma once
// What an exception of the database means, by engine.

#include "store/url.hpp"

#include <string>

namespace evalbridge {

enum class store_failure {
    conflict,  ///< with another transaction: run the whole again
    duplicate, ///< a key that is there already: as a conflict where another transaction came first, else a bug
    gone,      ///< the connection was lost, whether before the commit or in its midst, or none could be made
    refused,   ///< the database can't serve now: disk full, I/O error, read-only, credentials
    slow,      ///< one statement took too long and was given up; the database itself serves
    misuse,    ///< a statement or a constraint is wrong: a bug of ours
};

struct judged_failure {
    store_failure kind = store_failure::misuse;
    std::string code; ///< `SQLITE_13`, `40001`: for the log
    std::string text; ///< the engine's words on one line, without what the statement or the row held
};

/// Judges the exception that is being handled.
judged_failure judge_current_exception(store_engine engine);
/// Whether it says that an SQLite file isn't whole.
bool is_damage(const judged_failure& why);

} // namespace evalbridge
