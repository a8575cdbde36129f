#include "upstream/transport/resolver.hpp"

#include "upstream/transport/transport.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

namespace evalbridge {
namespace {

namespace asio = boost::asio;

constexpr auto kept_for = std::chrono::seconds(30);
/// Names that never answer occupy a thread each for as long as the system tries; this many may before others queue.
constexpr std::size_t max_threads = 2;

result<resolver::addresses> ask_the_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM; // or each address comes once for every protocol
    addrinfo* found = nullptr;
    if (const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &found); failed != 0)
        return error(errc::provider_unavailable)
            .because("no address is known for " + host + ": " + gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    resolver::addresses addresses;
    for (const addrinfo* each = found; each; each = each->ai_next) {
        if (each->ai_family == AF_INET) {
            asio::ip::address_v4::bytes_type bytes;
            std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(each->ai_addr)->sin_addr, bytes.size());
            addresses.push_back(asio::ip::address_v4(bytes));
        } else if (each->ai_family == AF_INET6) {
            const auto* v6 = reinterpret_cast<const sockaddr_in6*>(each->ai_addr);
            asio::ip::address_v6::bytes_type bytes;
            std::memcpy(bytes.data(), &v6->sin6_addr, bytes.size());
            addresses.push_back(asio::ip::address_v6(bytes, v6->sin6_scope_id));
        }
    }
    if (addresses.empty())
        return error(errc::provider_unavailable).because("no address is known for " + host);
    return addresses;
}

} // namespace

/// What shards and threads share. A waiter is told under the mutex: as long as it is registered, its io_context lives.
class resolver::desk final : public std::enable_shared_from_this<desk> {
  public:
    struct waiter {
        explicit waiter(asio::any_io_executor executor) : wake(std::move(executor), time_point::max()) {}
        asio::steady_timer wake;
        std::optional<result<addresses>> answer; ///< written and read on the waiter's own thread
    };

    explicit desk(lookup find) : find_(std::move(find)) {}

    std::optional<addresses> known(const std::string& host) {
        const std::lock_guard lock(mutex_);
        const auto at = known_.find(host);
        if (at == known_.end() || std::chrono::steady_clock::now() - at->second.since > kept_for)
            return std::nullopt;
        return at->second.found;
    }

    void join(const std::string& host, const std::shared_ptr<waiter>& who) {
        const std::lock_guard lock(mutex_);
        auto& queue = waiting_[host];
        queue.push_back(who);
        if (std::ranges::find(asked_, host) != asked_.end())
            return;
        if (std::ranges::find(queued_, host) == queued_.end())
            queued_.push_back(host);
        start_thread();
    }

    void leave(const std::string& host, const std::shared_ptr<waiter>& who) {
        const std::lock_guard lock(mutex_);
        const auto at = waiting_.find(host);
        if (at == waiting_.end())
            return;
        std::erase(at->second, who);
        if (at->second.empty())
            waiting_.erase(at);
    }

  private:
    struct entry {
        addresses found;
        time_point since;
    };

    void start_thread() {
        if (threads_ == max_threads)
            return;
        try {
            // Not joined by anyone: a lookup that hangs must not keep the process.
            std::thread([self = shared_from_this()] { self->work(); }).detach();
            ++threads_;
        } catch (const std::system_error&) {
            // The machine has no thread to give. The name stays in line for the next one there is, its callers under
            // their deadline.
        }
    }

    void work() {
        std::unique_lock lock(mutex_);
        while (!queued_.empty()) {
            const std::string host = std::move(queued_.front());
            queued_.pop_front();
            if (!waiting_.contains(host))
                continue; // everyone has left meanwhile
            asked_.push_back(host);
            lock.unlock();
            auto answer = find_(host);
            lock.lock();
            std::erase(asked_, host);
            if (answer)
                known_[host] = {*answer, std::chrono::steady_clock::now()};
            tell(host, answer);
        }
        --threads_;
    }

    void tell(const std::string& host, const result<addresses>& answer) {
        const auto at = waiting_.find(host);
        if (at == waiting_.end())
            return;
        for (auto& each : at->second)
            asio::post(each->wake.get_executor(), [each, answer] {
                each->answer.emplace(answer);
                each->wake.cancel();
            });
        waiting_.erase(at);
    }

    const lookup find_;
    std::mutex mutex_;
    std::map<std::string, entry> known_; ///< as many as there are providers
    std::map<std::string, std::vector<std::shared_ptr<waiter>>> waiting_;
    std::deque<std::string> queued_;
    std::vector<std::string> asked_; ///< being looked up now
    std::size_t threads_ = 0;
};

resolver::resolver() : resolver(ask_the_system) {}
resolver::resolver(lookup find) : desk_(std::make_shared<desk>(std::move(find))) {}
resolver::~resolver() = default;

asio::awaitable<result<resolver::addresses>> resolver::resolve(std::string host, deadline_sweeper& sweeper,
                                                               time_point when) {
    boost::system::error_code not_an_address;
    if (const auto numeric = asio::ip::make_address(host, not_an_address); !not_an_address)
        co_return addresses(1, numeric);
    if (auto known = desk_->known(host))
        co_return std::move(*known);

    struct place_in_queue {
        place_in_queue(std::shared_ptr<desk> where, std::string name, asio::any_io_executor executor)
            : at(std::move(where)), host(std::move(name)), who(std::make_shared<desk::waiter>(std::move(executor))) {
            at->join(host, who);
        }
        ~place_in_queue() { at->leave(host, who); }
        place_in_queue(const place_in_queue&) = delete;
        place_in_queue& operator=(const place_in_queue&) = delete;
        std::shared_ptr<desk> at;
        std::string host;
        std::shared_ptr<desk::waiter> who;
    };
    const auto executor = co_await asio::this_coro::executor;
    const place_in_queue place(desk_, host, executor);
    auto& me = *place.who;
    const auto watch = sweeper.at(when, [&me] { me.wake.cancel(); });
    boost::system::error_code woken;
    co_await me.wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (me.answer)
        co_return std::move(*me.answer);
    co_return error(errc::provider_unavailable).because(host + " could not be looked up in time");
}

std::shared_ptr<resolver> make_resolver() { return std::make_shared<resolver>(); }

} // namespace evalbridge
