#pragma once
// Calls on a socket that never wait and that Asio has no words for.

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace evalbridge {

/// What a client has sent that nobody has read.
enum class unread { nothing, bytes, end };

/// Looks without taking anything. `end`: it has closed its side, or the connection failed.
unread look_at(boost::asio::ip::tcp::socket& socket);

/// Whether it has closed its side or the connection failed, whatever is unread before that.
bool has_hung_up(boost::asio::ip::tcp::socket& socket);

/// Takes what has come already; 0 where there is nothing, or no more to come.
std::size_t receive_at_once(boost::asio::ip::tcp::socket& socket, std::span<char> room);

/// Hands the bytes to the kernel and sends the end after them. What doesn't fit is lost: for short answers on a
/// connection where nothing else is being written.
void send_last(boost::asio::ip::tcp::socket& socket, std::string_view bytes);

/// From now on the listening socket lets no new connection begin, while those whose handshake is under way still
/// complete and can be accepted. Who is turned away hears nothing and, as TCP has it, asks again a second later: by
/// then somebody else may listen. False where the system can't.
///
/// It is what makes closing a listening socket lose nobody. Linux resets the connections that nobody has accepted when
/// the socket goes, also where others listen on the port, and between the last accept and the close one can always
/// come. With shutdown(SHUT_RD) they are reset at once, and with listen(fd, 0) one is still let in; a filter that drops
/// whatever has SYN and not ACK is the only way that lost none under a hammering client.
bool let_nobody_begin(boost::asio::ip::tcp::acceptor& acceptor);

} // namespace evalbridge
