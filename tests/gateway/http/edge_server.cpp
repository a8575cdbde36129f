#include "tests/gateway/http/edge_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace evalbridge::testing {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto long_enough = 20s; ///< for a loaded machine; nobody waits for it when all is well

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

} // namespace

bool eventually(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + long_enough;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > give_up)
            return false;
        std::this_thread::yield();
    }
    return true;
}

void shared_log::write(log_level level, std::string_view event, std::initializer_list<log_field> fields) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(format_log_line("", level, event, fields));
}

std::vector<std::string> shared_log::lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
}

edge_options patient_options() {
    edge_options options;
    options.header_timeout = options.body_timeout = options.idle_timeout = options.write_timeout = 60s;
    return options;
}

void edge_server::start(unsigned short port) {
    auth_.emplace(keys);
    sweeper_.emplace(io_.get_executor(), 5ms);
    asio::ip::tcp::acceptor acceptor(io_, asio::ip::tcp::v4());
    acceptor.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true));
    acceptor.bind({asio::ip::address_v4::loopback(), port});
    acceptor.listen();
    port_ = acceptor.local_endpoint().port();
    listener_.emplace(std::move(acceptor), edge_context{options, routes, *auth_, *sweeper_, time_, log, meters});
    listener_->start();
    thread_ = std::thread([this] {
        const auto work = asio::make_work_guard(io_); // the loop outlives its last connection
        io_.run();
    });
}

edge_server::~edge_server() {
    if (!thread_.joinable())
        return;
    on_loop([](listener& l) { l.abort(); });
    eventually([this] { return connections() == 0; });
    io_.stop();
    thread_.join();
    listener_.reset();
    sweeper_.reset();
}

void edge_server::on_loop(const std::function<void(listener&)>& action) {
    std::promise<void> done;
    asio::post(io_, [&] {
        action(*listener_);
        done.set_value();
    });
    done.get_future().get();
}

std::size_t edge_server::connections() {
    std::size_t count = 0;
    on_loop([&](listener& l) { count = l.connections(); });
    return count;
}

bool edge_server::comes_to(std::size_t count) {
    return eventually([&] { return connections() == count; });
}

bool edge_server::logs(std::string_view text) {
    return eventually([&] {
        return std::ranges::any_of(log.lines(), [&](const auto& line) { return line.find(text) != std::string::npos; });
    });
}

std::string answer::operator[](const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? "" : at->second;
}

raw_client::raw_client(unsigned short port, unsigned char from)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + from);
    const int yes = 1; // an ephemeral port is chosen when the other end is known
    ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (from != 1) {
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own);
        const timeval moment{0, 300'000};
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment); // bounds connect() on Linux
    }
    if (socket_ < 0 || ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(std::exchange(socket_, -1));
        throw std::runtime_error("cannot connect");
    }
    const timeval patience{std::chrono::seconds(long_enough).count(), 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

raw_client::~raw_client() {
    if (socket_ >= 0)
        ::close(socket_);
}

raw_client::raw_client(raw_client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), reset_(other.reset_), buffer_(std::move(other.buffer_)) {}

void raw_client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return; // the server closed; what it said can still be read
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void raw_client::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool raw_client::receive() {
    char bytes[16384];
    const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
    reset_ = size < 0 && errno == ECONNRESET;
    if (size <= 0)
        return false;
    buffer_.append(bytes, static_cast<std::size_t>(size));
    return true;
}

answer raw_client::read(bool without_body) {
    answer out;
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!receive())
            return out;
    const std::string head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
        const auto stop = head.find("\r\n", at);
        const auto line = std::string_view(head).substr(at, stop - at);
        const auto colon = line.find(": ");
        EXPECT_TRUE(out.fields.emplace(lower(line.substr(0, colon)), line.substr(colon + 2)).second) << line;
        at = stop + 2;
    }
    const auto length = out.has("content-length") && !without_body ? std::stoul(out["content-length"]) : 0;
    while (buffer_.size() < length)
        if (!receive())
            return out;
    out.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    out.status = std::stoi(head.substr(9, 3));
    return out;
}

std::optional<std::string> raw_client::line() {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n")) == std::string::npos)
        if (!receive())
            return {};
    auto out = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return out;
}

std::optional<std::string> raw_client::chunk() {
    const auto size = line();
    if (!size)
        return {};
    const auto length = std::stoul(*size, nullptr, 16);
    while (buffer_.size() < length)
        if (!receive())
            return {};
    auto out = buffer_.substr(0, length);
    buffer_.erase(0, length);
    EXPECT_EQ(line(), "");
    return out;
}

std::string raw_client::rest() {
    while (receive())
        ;
    return std::exchange(buffer_, {});
}

bool raw_client::closed() {
    if (!buffer_.empty())
        return false;
    char byte;
    const auto size = ::recv(socket_, &byte, 1, 0);
    reset_ = size < 0 && errno == ECONNRESET;
    int behind = 0; // a reset that came behind the end
    socklen_t length = sizeof behind;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &behind, &length);
    reset_ = reset_ || behind != 0;
    return size == 0 || reset_;
}

std::string get(std::string_view path, std::string_view fields) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view fields) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

handler answering(std::function<std::string(const request_context&)> make) {
    return [make = std::move(make)](const request_context& request) -> asio::awaitable<result<reply>> {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        reply made(200, "application/json", make(request));
        co_return made;
    };
}

} // namespace evalbridge::testing
