#pragma once
// What the far end and the load of the benchmarks share: plain sockets on loopback and epoll. Less than Asio costs, so
// that both together need less of their core than the program between them of its own.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <strings.h>
#include <utility>

namespace evalbridge::bench {

[[noreturn]] inline void die(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(2);
}

inline void set_no_delay(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

inline void add_to(int poll, int socket, void* what) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = what;
    if (epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) != 0)
        die("epoll_ctl failed");
}

inline sockaddr_in on_loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// A listening socket on a free port, and that port.
inline std::pair<int, int> listen_on_loopback() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    auto address = on_loopback(0);
    socklen_t size = sizeof(address);
    if (bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket, 4096) != 0 ||
        getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        die("can't listen on loopback");
    return {socket, ntohs(address.sin_port)};
}

/// A connected socket that blocks.
inline int connect_on_loopback(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = on_loopback(port);
    if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        die("nobody listens on port " + std::to_string(port));
    set_no_delay(socket);
    return socket;
}

/// Content-Length in a head whose every line ends with CR LF.
inline std::optional<std::size_t> length_in(std::string_view head) {
    constexpr std::string_view name = "content-length:";
    for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
        auto line = head.substr(at + 2);
        if (line.size() < name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0)
            continue;
        line.remove_prefix(line.find_first_not_of(' ', name.size()));
        std::size_t length = 0;
        std::from_chars(line.data(), line.data() + line.size(), length);
        return length;
    }
    return {};
}

} // namespace evalbridge::bench
