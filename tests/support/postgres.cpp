#include "tests/support/postgres.hpp"

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace evalbridge::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 20s; // to start on a busy machine; usually it takes 0.2 s

// Who the server runs as: it refuses to be root.
struct account {
    uid_t user;
    gid_t group;
};

std::optional<account> account_of_the_server() {
    if (geteuid() != 0)
        return {};
    const auto* known = getpwnam("postgres");
    if (!known)
        throw std::runtime_error("there is no user postgres; scripts/setup installs PostgreSQL");
    return account{known->pw_uid, known->pw_gid};
}

// Of the newest version that is installed.
fs::path programs() {
    static const fs::path found = [] {
        fs::path best;
        int newest = 0;
        std::error_code none;
        for (const auto& each : fs::directory_iterator("/usr/lib/postgresql", none))
            if (const int version = std::atoi(each.path().filename().c_str()); version > newest) {
                newest = version;
                best = each.path() / "bin";
            }
        if (best.empty())
            throw std::runtime_error("PostgreSQL isn't installed; scripts/setup installs it");
        return best;
    }();
    return found;
}

// What a child process does between fork and exec is async-signal-safe calls alone, so everything is ready before.
pid_t spawn(const std::vector<std::string>& words, const fs::path& log) {
    const auto as = account_of_the_server();
    std::vector<char*> arguments;
    for (const auto& each : words)
        arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const auto parent = getpid();
    const pid_t child = fork();
    if (child != 0) {
        close(output);
        return child;
    }
    dup2(output, 1);
    dup2(output, 2);
    setsid(); // a Ctrl-C at the test is not the server's
    if (as && (setgroups(0, nullptr) != 0 || setgid(as->group) != 0 || setuid(as->user) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which clears it
    if (getppid() != parent)
        _exit(125);
    execv(arguments.front(), arguments.data());
    _exit(127);
}

std::string text_of(const fs::path& file) {
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return out.str();
}

void give(const fs::path& path) {
    const auto to = account_of_the_server();
    if (to && lchown(path.c_str(), to->user, to->group) != 0)
        throw std::runtime_error("cannot give " + path.string() + " to the user postgres");
}

// A crash of the machine is none of what the tests look at, so nothing is synced; a crash of the server is, and what
// it has committed is in the kernel's hands by then.
constexpr const char* settings = R"(
fsync = off
full_page_writes = off
shared_buffers = 32MB
max_connections = 200
max_wal_senders = 0
wal_level = minimal
min_wal_size = 2MB
autovacuum = off
logging_collector = off
log_min_messages = warning
timezone = 'UTC'
)";

void initialise(const fs::path& data, const fs::path& log) {
    const pid_t child =
        spawn({programs() / "initdb", "--pgdata=" + data.string(), "--username=postgres", "--auth=trust", "--no-sync",
               "--no-instructions", "--encoding=UTF8", "--locale=C", "--wal-segsize=1"},
              log);
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0)
        throw std::runtime_error("initdb failed: " + text_of(log));
    std::ofstream(data / "postgresql.conf", std::ios::app) << settings;
}

// initdb takes a second and copying its outcome a few hundredths, so the outcome is kept beside the test programs. The
// lock is there for ctest, which starts many of them at once.
fs::path initialised_once(const scratch_folder& workshop) {
    const auto home = fs::read_symlink("/proc/self/exe").parent_path();
    const auto kept = home / ("postgres-" + programs().parent_path().filename().string());
    const auto lock_name = kept.string() + ".lock";
    const int lock = open(lock_name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0 || flock(lock, LOCK_EX) != 0)
        throw std::runtime_error("cannot lock " + lock_name);
    const std::unique_ptr<const int, void (*)(const int*)> held(&lock, [](const int* l) { close(*l); });
    if (!fs::exists(kept)) {
        const auto fresh = workshop.path() / "fresh";
        initialise(fresh, workshop.path() / "initdb.log");
        const auto partial = kept.string() + ".partial";
        fs::remove_all(partial);
        fs::copy(fresh, partial, fs::copy_options::recursive);
        fs::rename(partial, kept);
    }
    return kept;
}

void copy_for_the_server(const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive);
    fs::permissions(to, fs::perms::owner_all);
    give(to);
    for (const auto& each : fs::recursive_directory_iterator(to))
        give(each.path());
}

// Below what the kernel hands out to clients, so that the port is still there after a restart.
std::uint16_t some_free_port() {
    static std::mt19937 chance{std::random_device{}()};
    for (;;) {
        const auto port = static_cast<std::uint16_t>(std::uniform_int_distribution<int>(12'000, 32'000)(chance));
        const int tried = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool is_free = bind(tried, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
        close(tried);
        if (is_free)
            return port;
    }
}

using connected = std::unique_ptr<PGconn, void (*)(PGconn*)>;

connected connect_to(const std::string& url) { return {PQconnectdb(url.c_str()), PQfinish}; }

} // namespace

postgres_cluster::postgres_cluster() : data_(folder_.path() / "data") {
    give(folder_.path());
    copy_for_the_server(initialised_once(folder_), data_);
    constexpr int ports_tried = 5; // somebody else may take one between the look and the start
    for (int tries = 1;; ++tries) {
        port_ = some_free_port();
        try {
            start();
            return;
        } catch (const std::runtime_error&) {
            if (tries == ports_tried)
                throw;
        }
    }
}

postgres_cluster::~postgres_cluster() { stop_immediately(); }

postgres_cluster& postgres_cluster::shared() {
    static postgres_cluster only;
    return only;
}

std::string postgres_cluster::make_database() {
    static std::atomic<int> made = 0;
    const auto name = "test_" + std::to_string(++made);
    const auto server = connect_to(url_of("postgres"));
    const std::unique_ptr<PGresult, void (*)(PGresult*)> done(PQexec(server.get(), ("CREATE DATABASE " + name).c_str()),
                                                              PQclear);
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK)
        throw std::runtime_error("cannot make a database: " + std::string(PQerrorMessage(server.get())));
    return name;
}

std::string postgres_cluster::url_of(const std::string& database) const {
    return "postgresql:///" + database + "?host=" + folder_.path().string() + "&port=" + std::to_string(port_) +
           "&user=postgres";
}

std::string postgres_cluster::tcp_url_of(const std::string& database) const {
    return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void postgres_cluster::stop_immediately() {
    if (process_ < 0)
        return;
    thaw();
    kill(process_, SIGQUIT);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

// The server first, so that it makes no more children.
void postgres_cluster::freeze() { tell_all(SIGSTOP); }

void postgres_cluster::thaw() { tell_all(SIGCONT); }

void postgres_cluster::tell_all(int what) {
    kill(process_, what);
    const auto own = std::to_string(process_);
    std::ifstream children("/proc/" + own + "/task/" + own + "/children");
    for (pid_t each = 0; children >> each;)
        kill(each, what);
}

void postgres_cluster::start() {
    if (process_ >= 0)
        return;
    launch();
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!serves()) {
        const bool ended = waitpid(process_, nullptr, WNOHANG) == process_;
        if (ended)
            process_ = -1;
        if (ended || std::chrono::steady_clock::now() > until) {
            stop_immediately();
            throw std::runtime_error("PostgreSQL doesn't start: " + text_of(folder_.path() / "server.log"));
        }
        std::this_thread::sleep_for(5ms);
    }
}

void postgres_cluster::launch() {
    process_ = spawn(
        {programs() / "postgres", "-D", data_, "-k", folder_.path(), "-h", "127.0.0.1", "-p", std::to_string(port_)},
        folder_.path() / "server.log");
}

bool postgres_cluster::serves() const {
    return PQping((url_of("postgres") + "&connect_timeout=2").c_str()) == PQPING_OK;
}

} // namespace evalbridge::testing

// SOCI 4.0.3's session backend loses a connection that the server closes between the handshake and SOCI's own first
// statement: its constructor throws, so nothing is left that would close it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libsoci_postgresql\n"; }
