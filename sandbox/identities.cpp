#include "sandbox/identities.hpp"

namespace evalbridge::sandbox {
namespace {

constexpr char here[] = "IP:127.0.0.1,DNS:localhost";
const certificate_wish an_authority{.common_name = "evalbridge sandbox", .authority = true};

} // namespace

identities::identities() : authority_(make_certificate(an_authority)), file_(authority_) {
    const auto stranger = make_certificate({.common_name = "somebody else", .authority = true});
    const auto add = [&](certificate_kind kind, const certificate_wish& wish, const key_and_certificate* issuer) {
        contexts_.emplace(kind, server_context(make_certificate(wish, issuer)));
    };
    const certificate_wish good{.common_name = "localhost", .alternative_names = here};
    add(certificate_kind::valid, good, &authority_);
    add(certificate_kind::expired,
        {.common_name = "localhost", .alternative_names = here, .valid_from_days = -10, .valid_to_days = -1},
        &authority_);
    add(certificate_kind::self_signed, good, nullptr);
    add(certificate_kind::wrong_host,
        {.common_name = "localhost", .alternative_names = "IP:127.0.0.2,DNS:other.example"}, &authority_);
    add(certificate_kind::cn_only, {.common_name = "127.0.0.1"}, &authority_);
    add(certificate_kind::unknown_ca, good, &stranger);
}

} // namespace evalbridge::sandbox
