#pragma once
// The composition root: builds everything a configuration asks for, once per shard, and runs it.

#include "base/log.hpp"
#include "gateway/configuration.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace evalbridge {

/// The gateway could not start, e.g. since its address is taken. what() is for people.
class start_up_error : public std::runtime_error {
    using runtime_error::runtime_error;
};

class app {
  public:
    /// Binds the listening address. Throws start_up_error. `log` outlives the app.
    app(configuration config, logger& log);
    ~app();

    /// `127.0.0.1:8080`, with the port that was bound.
    std::string listen_address() const;
    /// Serves on the configured number of threads, this one included, until a drain has ended.
    void run();
    /// From any thread, any number of times: isn't ready any more, after the notice period stops accepting, finishes
    /// what is in flight within the grace period, then lets run() return.
    void drain();

  private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

} // namespace evalbridge
