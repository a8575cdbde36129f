#pragma once
// Proof that a process of a shared SQLite file lives, or has died: a file beside the database that it holds a lock on,
// which the kernel lets go of however the process ends. So a gateway that takes the place of one that was killed
// needn't wait until that was silent for long enough. Other engines' replicas are on other hosts: there only silence
// tells.

#include "store/url.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace evalbridge {

class life_lock {
  public:
    /// Takes the lock of `replica`, to be held for as long as it may send anything. Where there can be none (another
    /// engine, a folder that takes no file) others go by its silence.
    life_lock(const store_url& of, std::string replica);
    /// Lets go, and leaves nothing behind.
    ~life_lock();
    life_lock(const life_lock&) = delete;
    life_lock& operator=(const life_lock&) = delete;

    /// Those of `replicas` that have certainly died. Each must have taken its lock before it was known.
    std::vector<std::string> dead_among(const std::vector<std::string>& replicas) const;
    /// Removes what a dead one has left.
    void forget(const std::string& replica) const;

  private:
    std::filesystem::path file_of(const std::string& replica) const;

    const std::filesystem::path beside_; ///< the database; empty where there are no such files
    const std::string self_;
    int held_ = -1;
};

} // namespace evalbridge
