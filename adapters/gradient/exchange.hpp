#pragma once
// One request and its answer, with the vendor's refusals and the way's faults as errors that carry the provider's name;
// and what becomes of an answer once it has been read.

#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/errors.hpp"
#include "adapters/provider.hpp"
#include "base/secret.hpp"

#include <optional>
#include <utility>

namespace evalbridge::gradient {

/// What a provider was given, and the credential that its requests carry, so that no error repeats it.
struct connection : provider_context {
    secret access_token;
};

/// A success. `request` and `c` must outlive the await.
boost::asio::awaitable<result<http_response>> exchange(const connection& context, const http_request& request,
                                                       const call& c, asked_for what = asked_for::read);

/// The same error with the provider's name in it.
error blame(const provider_context& context, error why);
/// The same for one that reading the answer met: it tells the answer's status and request id, too.
error blame(const connection& context, const http_response& answer, error why);

// For how long what an answer says stays true, if it does.

std::optional<lasting> stays_true(const run& r, const call& c);
std::optional<lasting> stays_true(const run_list& runs, const call& c); ///< never: another may be started
/// A page that tells of its run is taken at its word: the list may lag behind what the call knows.
std::optional<lasting> stays_true(const results_page& page, const call& c);
std::optional<lasting> stays_true(const run_result& r, const call& c);
std::optional<lasting> stays_true(const metric_catalogue& metrics, const call& c);
std::optional<lasting> stays_true(const test_case& which_case, const call& c);

/// What a read's answer was decoded to, its error blamed. An answer that stays true is handed to the layers below, so
/// that it needn't be asked for again: nothing that was decoded may point into it.
template <class T>
result<T> understood(const connection& context, const http_request& request, const call& c, http_response&& answer,
                     result<T> decoded) {
    if (!decoded)
        return blame(context, answer, std::move(decoded).error());
    if (const auto how_long = stays_true(*decoded, c))
        context.vendor_api.keep(request, c, std::move(answer), *how_long);
    return decoded;
}

} // namespace evalbridge::gradient
