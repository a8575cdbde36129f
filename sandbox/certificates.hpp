#pragma once
// Certificates made to measure, good ones and every kind of bad one.

#include <boost/asio/ssl/context.hpp>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace evalbridge::sandbox {

struct key_and_certificate {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;
};

struct certificate_wish {
    std::string common_name = "test";
    std::string
        alternative_names{};      ///< as OpenSSL writes them: "DNS:api.example,IP:127.0.0.1"; empty: no such extension
    std::string extended_usage{}; ///< "serverAuth", "clientAuth"; empty: any
    bool authority = false;
    int valid_from_days = -1;
    int valid_to_days = 30;
    int rsa_bits = 0; ///< 0: an elliptic key
    bool sha1 = false;
};

/// Signed by `issuer`, or by itself where that is null.
key_and_certificate make_certificate(const certificate_wish& wish, const key_and_certificate* issuer = nullptr);

/// What a server with that certificate speaks TLS with. `chain` are further certificates that it sends.
boost::asio::ssl::context server_context(const key_and_certificate& identity,
                                         const std::vector<key_and_certificate>& chain = {});

/// A PEM file for `ca_file`, removed with the object. Throws std::runtime_error where it can't be written.
class pem_file {
  public:
    explicit pem_file(const key_and_certificate& authority);
    ~pem_file();
    pem_file(const pem_file&) = delete;
    pem_file& operator=(const pem_file&) = delete;
    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

} // namespace evalbridge::sandbox
