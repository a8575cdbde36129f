#pragma once
// Word from one replica to the others, at once, where the engine carries it (LISTEN and NOTIFY of PostgreSQL). It is
// only ever a hint to look into the store: some may get lost, and an engine that lacks it does without.

#include "base/log.hpp"
#include "store/connection.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace evalbridge {

/// Told to everybody who listens when the transaction commits. Only where `news_listener::hears` says that the engine
/// carries it: elsewhere it is an error that spoils the transaction.
void tell_news(connection& db, const std::vector<std::string>& texts);

/// A connection of its own that listens, on a thread of its own.
class news_listener {
  public:
    /// `hear` is called on the thread with each text. `log` outlives it.
    news_listener(store_url where, logger& log, std::function<void(std::string_view)> hear);
    ~news_listener();
    news_listener(const news_listener&) = delete;
    news_listener& operator=(const news_listener&) = delete;

    void start();
    void stop();
    /// Whether it listens now; never for an engine that lacks it.
    bool hears() const { return hears_; }

  private:
    class lent;
    enum class end { stopped, lost, lacking };
    void work();
    end listen();
    bool rest();

    const store_url where_;
    logger& log_;
    const std::function<void(std::string_view)> hear_;
    std::atomic<bool> hears_{false};
    std::atomic<bool> stopping_{false};
    std::mutex own_mutex_; ///< of the next
    connection* own_ = nullptr;
    int wake_[2] = {-1, -1}; ///< a pipe: readable when the thread is to end
    std::thread thread_;
};

} // namespace evalbridge
