#include "gateway/http/turn_away.hpp"

#include "gateway/http/socket_calls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <list>
#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kept_for{1};
constexpr std::size_t bytes_taken = 8 * 1024 * 1024; ///< from one of them at most

} // namespace

struct turned_away::all {
    std::list<kept*> here;
};

/// Its two operations own it: it goes when both have ended.
struct turned_away::kept : std::enable_shared_from_this<kept> {
    kept(tcp::socket s, std::shared_ptr<all> g)
        : socket(std::move(s)), limit(socket.get_executor()), group(std::move(g)),
          place(group->here.insert(group->here.end(), this)) {}
    ~kept() { group->here.erase(place); }

    void start() {
        limit.expires_after(kept_for);
        limit.async_wait([self = shared_from_this()](error_code failed) {
            if (!failed)
                self->close();
        });
        take();
    }
    void take() {
        socket.async_read_some(asio::buffer(room), [self = shared_from_this()](error_code failed, std::size_t size) {
            self->taken += size;
            if (failed || self->taken > bytes_taken)
                self->close();
            else
                self->take();
        });
    }
    void close() {
        error_code ignored;
        socket.close(ignored);
        limit.cancel();
    }

    tcp::socket socket;
    asio::steady_timer limit;
    std::shared_ptr<all> group;
    std::list<kept*>::iterator place;
    std::array<char, 2048> room{};
    std::size_t taken = 0;
};

turned_away::turned_away() : all_(std::make_shared<all>()) {}
turned_away::~turned_away() { abort(); }

void turned_away::tell(tcp::socket socket, std::string_view answer) {
    send_last(socket, answer);
    if (all_->here.size() < most_kept)
        std::make_shared<kept>(std::move(socket), all_)->start();
}

void turned_away::abort() {
    for (kept* each : all_->here)
        each->close();
}

} // namespace evalbridge
