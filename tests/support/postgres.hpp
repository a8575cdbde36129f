#pragma once
// A real PostgreSQL for tests, from the distribution's package. A program of tests has one that starts when it is first
// asked for and ends with the process, however that ends; a test that wants to stop it has one of its own.

#include "tests/support/scratch_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/types.h>

namespace evalbridge::testing {

class postgres_cluster {
  public:
    /// Starts it. Throws std::runtime_error with what is missing: the package `postgresql`, as a rule. It ends with
    /// the thread that makes it, too, which should be the test's own.
    postgres_cluster();
    ~postgres_cluster();
    postgres_cluster(const postgres_cluster&) = delete;
    postgres_cluster& operator=(const postgres_cluster&) = delete;

    /// The one that the tests of this process share. Nobody stops it.
    static postgres_cluster& shared();

    /// Makes an empty database with a new name, which it gives.
    std::string make_database();
    /// `postgresql://` over the Unix socket, the quicker way; it is none that can be cut or proxied.
    std::string url_of(const std::string& database) const;
    /// `postgresql://` over TCP on 127.0.0.1. Neither asks for a password.
    std::string tcp_url_of(const std::string& database) const;
    std::uint16_t port() const { return port_; }

    /// As after a crash: every connection is cut in the midst of what it does, nothing is said goodbye to. Waits for
    /// the end.
    void stop_immediately();
    /// Stops without a word, as a host that hangs: connections stay and nothing answers. Until `thaw`.
    void freeze();
    void thaw();
    /// Starts it where it doesn't run, with what it held, at the same address; waits until it serves.
    void start();

  private:
    void launch();
    void tell_all(int what);
    bool serves() const;

    scratch_folder folder_;
    std::filesystem::path data_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
};

} // namespace evalbridge::testing
