#pragma once
// Where the store is, as the configuration names it.

#include "base/error.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace evalbridge {

enum class store_engine { sqlite, postgresql };
/// `sqlite`, `postgresql`.
std::string_view name_of(store_engine engine);

struct store_url {
    store_engine engine = store_engine::sqlite;
    secret target;     ///< SQLite: the file's path; PostgreSQL: the connection URI, which may hold a password
    std::string shown; ///< for logs and messages: without user, password and parameters
};

/// `sqlite:PATH` or `postgresql://...` (`postgres://` too). Errors: invalid_request with what is wrong with it.
result<store_url> parse_store_url(std::string_view text);

} // namespace evalbridge
