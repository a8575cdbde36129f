#pragma once
// One connection to the database, held by one thread of the store. What runs on it is inside a transaction.

#include "store/url.hpp"

#include <memory>
#include <mutex>
#include <optional>

namespace soci {
class session;
}

namespace evalbridge {

enum class connection_use {
    serving,
    inspecting, ///< makes and sets nothing, and opens an SQLite file that may only be read, such as a backup
};

class connection {
  public:
    explicit connection(store_url where, connection_use use = connection_use::serving);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// For the statements of store/*.cpp. Texts that are bound must be UTF-8 without NUL: SQLite takes anything, but
    /// PostgreSQL refuses the one and silently ends at the other.
    soci::session& sql() const { return *session_; }
    store_engine engine() const { return where_.engine; }

    // For the store that owns it. All but close() and cut() throw what judge_current_exception() understands.

    bool is_open() const { return session_ != nullptr; }
    void open();
    /// Never throws; whatever was in a transaction is lost.
    void close() noexcept;
    /// A transaction that reads sees one state of the database throughout, and can't write.
    void begin(bool writes);
    void commit();
    /// Closes the connection where even that fails.
    void roll_back() noexcept;
    /// Ends a wait for a server that doesn't answer, with the error of a lost connection. From any thread; does nothing
    /// while it connects (open_postgresql_session bounds that), and on SQLite.
    void cut() noexcept;

  private:
    std::unique_ptr<soci::session> open_sqlite() const;
    std::unique_ptr<soci::session> inspect_sqlite() const;
    std::unique_ptr<soci::session> open_postgresql();
    void only_reads(bool yes);

    const store_url where_;
    const connection_use use_;
    std::unique_ptr<soci::session> session_;
    std::optional<bool> only_reads_; ///< how SQLite's connection is set
    std::mutex socket_mutex_;
    int socket_ = -1; ///< PostgreSQL's, while it may be cut
};

} // namespace evalbridge
