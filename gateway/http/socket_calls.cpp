#include "gateway/http/socket_calls.hpp"

#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#ifdef __linux__
#include <linux/filter.h>
#endif

namespace evalbridge {

using boost::asio::ip::tcp;

unread look_at(tcp::socket& socket) {
    char byte = 0;
    const auto size = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size > 0)
        return unread::bytes;
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? unread::nothing : unread::end;
}

bool has_hung_up(tcp::socket& socket) {
#ifdef POLLRDHUP
    constexpr short ends = POLLRDHUP;
#else
    constexpr short ends = 0; // then it shows in a write
#endif
    pollfd asked{socket.native_handle(), ends, 0};
    return ::poll(&asked, 1, 0) > 0;
}

std::size_t receive_at_once(tcp::socket& socket, std::span<char> room) {
    const auto size = ::recv(socket.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

void send_last(tcp::socket& socket, std::string_view bytes) {
    [[maybe_unused]] const auto sent =
        ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
}

bool let_nobody_begin(tcp::acceptor& acceptor) {
#ifdef __linux__
    // The filter of a TCP socket sees packets from the TCP header on; the flags are its byte 13: 0x02 SYN, 0x10 ACK.
    sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, static_cast<__u32>(-1)),
    };
    const sock_fprog program{std::size(steps), steps};
    return ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
#else
    (void)acceptor;
    return false;
#endif
}

} // namespace evalbridge
