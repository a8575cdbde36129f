#include "store/news.hpp"

#include "store/failure.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

namespace evalbridge {
namespace {

constexpr const char* channel = "evalbridge";
constexpr int rest_milliseconds = 1000; ///< before a lost connection is made again
/// PostgreSQL refuses a longer one.
constexpr std::size_t longest_text = 7999;

PGconn* wire_of(connection& db) {
    return static_cast<soci::postgresql_session_backend*>(db.sql().get_backend())->conn_;
}

// An engine of the same protocol that has no LISTEN says that it doesn't know the statement.
bool is_lacking(const std::string& state) { return state == "0A000" || state == "42601"; }

} // namespace

void tell_news(connection& db, const std::vector<std::string>& texts) {
    std::string text;
    std::string none;
    const std::string on = channel;
    for (const auto& each : texts) {
        if (each.size() > longest_text)
            continue;
        text = each;
        db.sql() << "SELECT CAST(pg_notify(:channel, :text) AS TEXT)", soci::use(on), soci::use(text), soci::into(none);
    }
}

/// The listener's connection, while stop() may cut it.
class news_listener::lent {
  public:
    lent(news_listener& to, connection& own) : to_(to) { show(&own); }
    ~lent() { show(nullptr); }
    lent(const lent&) = delete;
    lent& operator=(const lent&) = delete;

  private:
    void show(connection* own) {
        const std::lock_guard lock(to_.own_mutex_);
        to_.own_ = own;
    }
    news_listener& to_;
};

news_listener::news_listener(store_url where, logger& log, std::function<void(std::string_view)> hear)
    : where_(std::move(where)), log_(log), hear_(std::move(hear)) {}

news_listener::~news_listener() { stop(); }

void news_listener::start() {
    if (where_.engine != store_engine::postgresql || thread_.joinable())
        return;
    if (::pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0)
        throw std::runtime_error("no pipe can be opened");
    thread_ = std::thread([this] { work(); });
}

void news_listener::stop() {
    if (!thread_.joinable())
        return;
    stopping_ = true;
    (void)!::write(wake_[1], "x", 1);
    {
        // A server that doesn't answer must not hold it up.
        const std::lock_guard lock(own_mutex_);
        if (own_)
            own_->cut();
    }
    thread_.join();
    ::close(wake_[0]);
    ::close(wake_[1]);
}

void news_listener::work() {
    do {
        auto ended = end::lost;
        try {
            ended = listen();
        } catch (...) {
            const auto why = judge_current_exception(where_.engine);
            if (is_lacking(why.code))
                ended = end::lacking;
            if (hears_ || ended == end::lacking)
                log_.info("store_news_lost", {{"code", why.code}, {"lacking", ended == end::lacking}});
        }
        hears_ = false;
        if (ended != end::lost)
            return;
    } while (rest());
}

// False when it is to end.
bool news_listener::rest() {
    pollfd woken{wake_[0], POLLIN, 0};
    ::poll(&woken, 1, rest_milliseconds);
    return !stopping_;
}

news_listener::end news_listener::listen() {
    connection own(where_);
    own.open();
    const lent shown(*this, own);
    auto* const wire = wire_of(own);
    own.sql().once << "LISTEN " << channel;
    hears_ = true;
    while (!stopping_) {
        std::array<pollfd, 2> on = {{{PQsocket(wire), POLLIN, 0}, {wake_[0], POLLIN, 0}}};
        if (::poll(on.data(), on.size(), -1) < 0 && errno != EINTR)
            return end::lost;
        if (PQconsumeInput(wire) == 0 || PQstatus(wire) != CONNECTION_OK)
            return end::lost;
        while (const std::unique_ptr<PGnotify, decltype(&PQfreemem)> note{PQnotifies(wire), &PQfreemem})
            hear_(note->extra);
    }
    return end::stopped;
}

} // namespace evalbridge
