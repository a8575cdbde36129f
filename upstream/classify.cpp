#include "upstream/classify.hpp"

namespace evalbridge {

std::optional<errc> failure_of(const result<http_response>& outcome) {
    if (!outcome)
        return outcome.error().code();
    const int status = outcome->status;
    if (status == 401 || status == 403)
        return errc::provider_rejected;
    if (status == 429)
        return errc::provider_throttled;
    if (status >= 500)
        return errc::provider_unavailable;
    return std::nullopt;
}

} // namespace evalbridge
