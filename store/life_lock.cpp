#include "store/life_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <system_error>
#include <utility>

namespace evalbridge {
namespace {

constexpr int for_its_user = 0600;

std::filesystem::path database_of(const store_url& url) {
    if (url.engine != store_engine::sqlite)
        return {};
    // Absolute, since it has to be found again whatever the working directory is by then.
    std::error_code none;
    return std::filesystem::absolute(url.target.reveal(), none);
}

bool is_held(const std::filesystem::path& file) {
    const int at = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (at < 0)
        return true; // it can't be told
    const bool got = ::flock(at, LOCK_SH | LOCK_NB) == 0;
    ::close(at);
    return !got;
}

} // namespace

life_lock::life_lock(const store_url& of, std::string replica) : beside_(database_of(of)), self_(std::move(replica)) {
    if (beside_.empty())
        return;
    held_ = ::open(file_of(self_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, for_its_user);
    if (held_ < 0)
        return;
    if (::flock(held_, LOCK_EX | LOCK_NB) != 0) {
        forget(self_); // a file that isn't locked would say that this one is dead
        ::close(std::exchange(held_, -1));
    }
}

life_lock::~life_lock() {
    if (held_ < 0)
        return;
    forget(self_);
    ::close(held_);
}

std::vector<std::string> life_lock::dead_among(const std::vector<std::string>& replicas) const {
    std::vector<std::string> dead;
    if (beside_.empty())
        return dead;
    for (const auto& each : replicas)
        if (each != self_ && !is_held(file_of(each)))
            dead.push_back(each);
    return dead;
}

void life_lock::forget(const std::string& replica) const {
    std::error_code none;
    std::filesystem::remove(file_of(replica), none);
}

std::filesystem::path life_lock::file_of(const std::string& replica) const {
    auto file = beside_;
    file += "-replica-" + replica;
    return file;
}

} // namespace evalbridge
