#include "upstream/transport/tls.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <iterator>
#include <stdexcept>

namespace evalbridge {
namespace ssl = boost::asio::ssl;

ssl::context make_tls_context(const std::optional<std::string>& ca_file) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX* const native = context.native_handle();
    // Level 2 refuses keys and signatures below 112 bits: RSA under 2048, SHA-1, MD5.
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1)
        throw std::runtime_error("TLS 1.2 is not available");
    SSL_CTX_set_security_level(native, 2);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    context.set_verify_mode(ssl::verify_peer);

    boost::system::error_code failed;
    if (ca_file)
        context.load_verify_file(*ca_file, failed);
    else
        context.set_default_verify_paths(failed);
    if (failed)
        throw std::runtime_error("the certificate authorities" + (ca_file ? " in " + *ca_file : " of the system") +
                                 " can't be read");
    // Servers that also speak HTTP/2 are told which of the two this is.
    constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(native, http_1_1, sizeof http_1_1);
    return context;
}

bool expect_peer(tls_stream& stream, const std::string& host) {
    SSL* const native = stream.native_handle();
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(host, not_an_address);
    if (!not_an_address)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(native), host.c_str()) == 1;
    SSL_set_hostflags(native, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(native, host.c_str()) == 1 && SSL_set_tlsext_host_name(native, host.c_str()) == 1;
}

handshake_failure explain_handshake(tls_stream& stream, const boost::system::error_code& failed,
                                    const std::string& host) {
    const long verdict = SSL_get_verify_result(stream.native_handle());
    switch (verdict) {
    case X509_V_OK: return {"the TLS handshake failed: " + failed.message(), false};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return {"the certificate is not valid for " + host, true};
    case X509_V_ERR_CERT_HAS_EXPIRED: return {"the certificate has expired", true};
    case X509_V_ERR_CERT_NOT_YET_VALID: return {"the certificate is not valid yet", true};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return {"the certificate is not signed by an authority that is trusted here", true};
    default: return {std::string("the certificate was refused: ") + X509_verify_cert_error_string(verdict), true};
    }
}

} // namespace evalbridge
