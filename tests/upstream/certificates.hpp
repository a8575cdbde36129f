#pragma once
// The sandbox's maker of certificates, for the transport's tests.

#include "sandbox/certificates.hpp"

namespace evalbridge::testing {

using sandbox::certificate_wish;
using sandbox::key_and_certificate;
using sandbox::make_certificate;
using sandbox::pem_file;
using sandbox::server_context;

} // namespace evalbridge::testing
