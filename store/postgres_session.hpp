#pragma once
// How a connection to PostgreSQL comes to be, within a time that is known beforehand.

#include <memory>
#include <string>

namespace soci {
class session;
}

namespace evalbridge {

/// Connects to a `postgresql://` URI, with settings of libpq that notice a silent host wherever the URI sets none
/// (connect_timeout 3 s, tcp_user_timeout 5 s). Throws what judge_current_exception() understands, at the latest after
/// connect_timeout for each host that the URI lists, and one second.
///
/// libpq bounds its own part only. SOCI asks the fresh connection for a setting before it gives it out, so a server
/// that hangs just then could neither be waited for nor cut off; the thread that does wait for it is left to itself.
std::unique_ptr<soci::session> open_postgresql_session(const std::string& uri);

} // namespace evalbridge
