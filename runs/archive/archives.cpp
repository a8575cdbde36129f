#include "runs/archive/archives.hpp"

namespace evalbridge {
namespace {

constexpr std::chrono::hours believed_archived{24};
constexpr std::chrono::milliseconds believed_live{500};

} // namespace

boost::asio::awaitable<result<std::optional<std::string>>> archives::vendor_of(std::string run_id) {
    {
        const std::lock_guard lock(mutex_);
        const auto at = known_.find(run_id);
        if (at != known_.end() && time_.now() < at->second.until)
            co_return at->second.vendor;
    }
    const auto find = [run_id](connection& db) { return find_archive(db, run_id); };
    const auto found = co_await kept_.read(find);
    if (!found)
        co_return found.error();
    entry fresh;
    if (*found && (*found)->state == archive_state::complete)
        fresh.vendor = (*found)->vendor;
    fresh.until = time_.now() + (fresh.vendor ? duration(believed_archived) : duration(believed_live));
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most_known)
        known_.clear();
    known_.insert_or_assign(run_id, fresh);
    co_return fresh.vendor;
}

void archives::forget(const std::string& run_id) {
    const std::lock_guard lock(mutex_);
    known_.erase(run_id);
}

} // namespace evalbridge
