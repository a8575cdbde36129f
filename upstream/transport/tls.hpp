#pragma once
// Whom we trust. TLS 1.2 or later; the certificate must chain to an authority and name the host in its subjectAltName.
// A common name counts for nothing: that is how it has been on the web since RFC 2818, and checking it would accept
// certificates that no browser does.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <optional>
#include <string>

namespace evalbridge {

using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

/// Trusts the authorities in `ca_file` (PEM), or the system's. Throws std::runtime_error when the file can't be used.
boost::asio::ssl::context make_tls_context(const std::optional<std::string>& ca_file);

/// Sets whom the handshake must find at the other end, a name or an address, and asks for it by name (SNI). False if
/// that could not be set, and the stream must not be used then.
[[nodiscard]] bool expect_peer(tls_stream& stream, const std::string& host);

/// Why a handshake failed, for people.
struct handshake_failure {
    std::string reason;
    bool untrusted; ///< the peer proved to be someone else or nobody: another address of the same name won't help
};
handshake_failure explain_handshake(tls_stream& stream, const boost::system::error_code& failed,
                                    const std::string& host);

} // namespace evalbridge
