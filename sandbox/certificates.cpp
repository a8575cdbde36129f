#include "sandbox/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace evalbridge::sandbox {
namespace {

constexpr long seconds_a_day = 24 * 60 * 60;

void check(bool done, const char* what) {
    if (!done)
        throw std::runtime_error(std::string("can't make a certificate: ") + what);
}

void add_extension(X509* to, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), &X509_EXTENSION_free);
    check(extension && X509_add_ext(to, extension.get(), -1) == 1, value.c_str());
}

} // namespace

key_and_certificate make_certificate(const certificate_wish& wish, const key_and_certificate* issuer) {
    static std::atomic<long> serial = 1;
    key_and_certificate made;
    made.key.reset(wish.rsa_bits ? EVP_RSA_gen(static_cast<unsigned>(wish.rsa_bits)) : EVP_EC_gen("P-256"),
                   &EVP_PKEY_free);
    made.certificate.reset(X509_new(), &X509_free);
    check(made.key && made.certificate, "key");
    X509* const certificate = made.certificate.get();
    X509* const signed_by = issuer ? issuer->certificate.get() : certificate;

    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.valid_from_days * seconds_a_day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.valid_to_days * seconds_a_day);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(signed_by));
    add_extension(certificate, signed_by, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (wish.authority)
        add_extension(certificate, signed_by, NID_key_usage, "critical,keyCertSign");
    if (!wish.alternative_names.empty())
        add_extension(certificate, signed_by, NID_subject_alt_name, wish.alternative_names);
    if (!wish.extended_usage.empty())
        add_extension(certificate, signed_by, NID_ext_key_usage, wish.extended_usage);
    check(X509_sign(certificate, (issuer ? issuer->key : made.key).get(), wish.sha1 ? EVP_sha1() : EVP_sha256()) > 0,
          "signature");
    return made;
}

boost::asio::ssl::context server_context(const key_and_certificate& identity,
                                         const std::vector<key_and_certificate>& chain) {
    boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
    SSL_CTX* const native = context.native_handle();
    SSL_CTX_set_security_level(native, 0); // it serves tests, and may be as weak as it likes
    check(SSL_CTX_use_certificate(native, identity.certificate.get()) == 1, "certificate");
    check(SSL_CTX_use_PrivateKey(native, identity.key.get()) == 1, "private key");
    for (const auto& each : chain)
        check(SSL_CTX_add1_chain_cert(native, each.certificate.get()) == 1, "chain");
    return context;
}

pem_file::pem_file(const key_and_certificate& authority) {
    static std::atomic<int> number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("evalbridge-ca-" + std::to_string(getpid()) + "-" + std::to_string(number++) + ".pem");
    std::FILE* const file = std::fopen(path_.c_str(), "w");
    check(file && PEM_write_X509(file, authority.certificate.get()) == 1, "file");
    std::fclose(file);
}

pem_file::~pem_file() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

} // namespace evalbridge::sandbox
