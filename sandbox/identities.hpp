#pragma once
// Who a port says it is over TLS: one certificate that is right for this machine's loopback, and one for each way of
// being wrong. Made when the sandbox starts, under an authority of its own.

#include "sandbox/certificates.hpp"
#include "sandbox/scenario.hpp"

#include <map>

namespace evalbridge::sandbox {

class identities {
  public:
    identities();
    boost::asio::ssl::context& context(certificate_kind kind) { return contexts_.at(kind); }
    /// The authority's own certificate, for clients to trust.
    std::string ca_file() const { return file_.path(); }

  private:
    key_and_certificate authority_;
    pem_file file_;
    std::map<certificate_kind, boost::asio::ssl::context> contexts_;
};

} // namespace evalbridge::sandbox
