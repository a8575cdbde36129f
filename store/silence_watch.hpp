#pragma once
// Cuts connections whose server takes a request and never answers. No timeout of the server or of TCP catches that: the
// one is what hangs, and the other's kernel still acknowledges every byte.

#include "base/clock.hpp"
#include "store/connection.hpp"
#include "store/health.hpp"

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace evalbridge {

class silence_watch {
  public:
    /// What is asked: a unit of work has long while the server answers others, and short once nobody hears of it.
    enum class patience { unit, look };

  private:
    struct asked {
        connection* on;
        time_point since;
        patience how;
    };

  public:
    silence_watch(const clock& time, const store_health& health) : time_(time), health_(health) {}
    ~silence_watch() { stop(); }

    void start();
    void stop();

    /// Something is asked on that connection while this lives.
    class asking {
      public:
        asking(silence_watch& by, connection& on, patience how);
        ~asking();
        asking(const asking&) = delete;
        asking& operator=(const asking&) = delete;

      private:
        silence_watch& by_;
        std::list<asked>::iterator place_;
    };

  private:
    void watch(const std::stop_token& stopped);
    duration limit_of(patience how) const;

    const clock& time_;
    const store_health& health_;
    std::mutex mutex_; ///< of asked_
    std::condition_variable_any wake_;
    std::list<asked> asked_;
    std::jthread thread_;
};

} // namespace evalbridge
