#include "tests/support/tcp_proxy.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace evalbridge::testing {
namespace {

constexpr int look_up_every_ms = 20;

sockaddr_in here(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

int connect_to(std::uint16_t port) {
    const int out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto at = here(port);
    if (connect(out, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0)
        return out;
    close(out);
    return -1;
}

void send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

// Empty at the end of the stream.
std::string receive(int from) {
    std::array<char, 65536> buffer;
    const auto got = recv(from, buffer.data(), buffer.size(), 0);
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

bool is_readable(int one) {
    pollfd asked{one, POLLIN, 0};
    return poll(&asked, 1, look_up_every_ms) > 0;
}

} // namespace

tcp_proxy::tcp_proxy(std::uint16_t to) : to_(to), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto at = here(0);
    socklen_t size = sizeof at;
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&at), size) != 0 || listen(listener_, 64) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
        throw std::runtime_error("the proxy cannot listen");
    port_ = ntohs(at.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
}

tcp_proxy::~tcp_proxy() {
    stopping_ = true;
    acceptor_ = {};
    carriers_.clear();
    close(listener_);
}

void tcp_proxy::cut_at(std::string word, cut when) {
    const std::lock_guard lock(mutex_);
    word_ = std::move(word);
    when_ = when;
    silences_ = false;
}

void tcp_proxy::go_silent_at(std::string word) {
    const std::lock_guard lock(mutex_);
    word_ = std::move(word);
    silences_ = true;
}

std::optional<tcp_proxy::cut> tcp_proxy::due(std::string_view said) {
    const std::lock_guard lock(mutex_);
    if (word_.empty() || said.find(word_) == said.npos)
        return {};
    word_.clear();
    if (silences_) {
        silent_ = true;
        return {};
    }
    ++cuts_;
    return when_;
}

void tcp_proxy::accept_all() {
    while (!stopping_)
        if (is_readable(listener_))
            if (const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); client >= 0)
                carriers_.emplace_back([this, client] { carry(client); });
}

void tcp_proxy::carry(int client) {
    const int server = connect_to(to_);
    bool answer_is_lost = false;
    while (server >= 0 && !stopping_) {
        std::array<pollfd, 2> ends = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
        if (poll(ends.data(), ends.size(), look_up_every_ms) <= 0)
            continue;
        if (ends[0].revents != 0) {
            const auto said = receive(client);
            const auto cut_now = due(said);
            if (said.empty() || cut_now == cut::before_the_server)
                break;
            answer_is_lost = cut_now.has_value();
            if (!silent_)
                send_all(server, said);
        }
        if (ends[1].revents != 0) {
            const auto said = receive(server);
            if (said.empty() || answer_is_lost)
                break;
            if (!silent_)
                send_all(client, said);
        }
    }
    close(client);
    close(server);
}

} // namespace evalbridge::testing
