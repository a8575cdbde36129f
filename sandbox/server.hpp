#pragma once
// Both vendors' APIs on loopback, for people without an account, for tests and for benchmarks. Written from the
// vendors' public pages alone, so that a mistake in an adapter can't be repeated here: nothing of adapters/ or mapping/
// is used.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace evalbridge::sandbox {

struct options {
    std::uint16_t staso_port = 0;                  ///< 0 picks a free one
    std::uint16_t gradient_port = 0;               ///< 0 picks a free one
    std::uint64_t seed = 1;                        ///< ids, judge stand-in and fault probabilities all follow from it
    double speed = 1;                              ///< divides how long runs take; the clock itself is not bent
    std::optional<std::filesystem::path> scenario; ///< see docs/sandbox.md
    bool tls = false;                              ///< with certificates of its own
};

class server {
  public:
    /// Binds 127.0.0.1. Throws std::runtime_error with a text for people: a port in use, a scenario that can't be read.
    explicit server(const options& chosen);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    std::uint16_t staso_port() const;
    std::uint16_t gradient_port() const;
    /// The authority to trust, in PEM, as long as the server lives; empty without TLS.
    std::string ca_file() const;
    /// The one line of JSON that says where both vendors are and which ids work there; no newline.
    std::string ready_line() const;
    /// Serves on the calling thread until `stop`.
    void run();
    /// From any thread, before or during `run`. Open connections are dropped.
    void stop();

  private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace evalbridge::sandbox
