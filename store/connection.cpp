#include "store/connection.hpp"

#include "base/percent.hpp"
#include "store/postgres_session.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace evalbridge {
namespace {

// A commit is on the disk before anybody is told of it (synchronous=FULL).
constexpr const char* sqlite_settings[] = {
    "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_size_limit = 67108864", // after a large transaction the log shrinks again
};

// A statement that takes longer is none of ours; a transaction whose owner is gone may not hold its locks for ever.
constexpr const char* postgresql_settings[] = {
    "SET statement_timeout = '20s'",
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '20s'",
};

PGconn* libpq_of(soci::session& sql) {
    return static_cast<soci::postgresql_session_backend*>(sql.get_backend())->conn_;
}

// libpq would print them on stderr, among the lines of the log.
void ignore_notice(void*, const char*) {}

// What it will hold is somebody's prompts and results, so it is for this user alone; SQLite gives its log the same
// permissions. Only where there is no file yet: closing one that is in use would drop the process's locks on it.
void make_private_file(const std::string& path) {
    const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0)
        ::close(made);
}

bool can_write(const std::filesystem::path& file_or_folder) {
    return ::faccessat(AT_FDCWD, file_or_folder.c_str(), W_OK, AT_EACCESS) == 0;
}

// https://sqlite.org/uri.html. Without the right to write there is no setting up the log's index: where no log has to
// be read, and so nobody writes, SQLite does without.
std::string uri_to_inspect(const std::filesystem::path& file) {
    const auto beside = [&](const char* suffix) { return std::filesystem::path(file).concat(suffix); };
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    std::error_code missing;
    const auto out = "file:" + encode_query(file.string());
    if (can_write(file) && can_write(folder))
        return out + "?mode=rw";
    const auto log = std::filesystem::file_size(beside("-wal"), missing);
    const bool has_log = (!missing && log > 0) || std::filesystem::exists(beside("-shm"), missing);
    return out + (has_log ? "?mode=ro" : "?mode=ro&immutable=1");
}

} // namespace

connection::connection(store_url where, connection_use use) : where_(std::move(where)), use_(use) {}
connection::~connection() { close(); }

void connection::open() {
    close();
    if (where_.engine == store_engine::postgresql)
        session_ = open_postgresql();
    else
        session_ = use_ == connection_use::inspecting ? inspect_sqlite() : open_sqlite();
}

std::unique_ptr<soci::session> connection::inspect_sqlite() const {
    auto out = std::make_unique<soci::session>();
    out->open(soci::sqlite3, "dbname=\"" + uri_to_inspect(where_.target.reveal()) + "\" timeout=5");
    return out;
}

std::unique_ptr<soci::session> connection::open_sqlite() const {
    make_private_file(where_.target.reveal());
    auto out = std::make_unique<soci::session>();
    auto& fresh = *out;
    fresh.open(soci::sqlite3, "dbname=\"" + where_.target.reveal() + "\" timeout=5");
    // The log lets readers and the writer pass each other. Where the file system can't do it, SQLite only says so.
    std::string journal;
    fresh.once << "PRAGMA journal_mode = WAL", soci::into(journal);
    if (journal != "wal")
        throw std::runtime_error("SQLite can't keep a write-ahead log there (journal_mode is " + journal +
                                 "); the file must be on a local disk that can be written");
    for (const auto* each : sqlite_settings)
        fresh.once << each;
    return out;
}

std::unique_ptr<soci::session> connection::open_postgresql() {
    auto out = open_postgresql_session(where_.target.reveal());
    auto& fresh = *out;
    PQsetNoticeProcessor(libpq_of(fresh), ignore_notice, nullptr);
    {
        const std::lock_guard lock(socket_mutex_);
        socket_ = PQsocket(libpq_of(fresh));
    }
    try {
        for (const auto* each : postgresql_settings)
            fresh.once << each;
    } catch (...) {
        const std::lock_guard lock(socket_mutex_);
        socket_ = -1;
        throw;
    }
    return out;
}

void connection::close() noexcept {
    {
        const std::lock_guard lock(socket_mutex_);
        socket_ = -1;
    }
    only_reads_.reset();
    try {
        session_.reset();
    } catch (...) { // a session that can't say goodbye is gone all the same
    }
}

void connection::begin(bool writes) {
    if (engine() == store_engine::postgresql) {
        session_->once << (writes ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        return;
    }
    only_reads(!writes);
    // A transaction that turns from reading to writing half way may find itself too late; one that says so first waits.
    session_->once << (writes ? "BEGIN IMMEDIATE" : "BEGIN");
}

void connection::only_reads(bool yes) {
    if (only_reads_ == yes)
        return;
    session_->once << (yes ? "PRAGMA query_only = ON" : "PRAGMA query_only = OFF");
    only_reads_ = yes;
}

void connection::commit() {
    // PostgreSQL takes the COMMIT of a transaction in which something failed, rolls it back and calls that a success.
    if (engine() == store_engine::postgresql && PQtransactionStatus(libpq_of(*session_)) == PQTRANS_INERROR)
        throw std::logic_error("a unit of work went on after a statement that had failed");
    session_->once << "COMMIT";
}

void connection::roll_back() noexcept {
    if (!session_)
        return;
    try {
        session_->once << "ROLLBACK";
    } catch (...) {
        close();
    }
}

void connection::cut() noexcept {
    const std::lock_guard lock(socket_mutex_);
    if (socket_ >= 0)
        ::shutdown(socket_, SHUT_RDWR);
}

} // namespace evalbridge
