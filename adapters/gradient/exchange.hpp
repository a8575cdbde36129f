#pragma once
// One request and its answer, with the vendor's refusals and the way's faults as errors that carry the provider's name.

#include "adapters/gradient/errors.hpp"
#include "adapters/provider.hpp"
#include "base/secret.hpp"

#include <string>
#include <utility>

namespace evalbridge::gradient {

/// What a provider was given, and the credential that its requests carry, so that no error repeats it.
struct connection : provider_context {
    secret access_token;
};

/// The body of a success. `request` and `c` must outlive the await.
boost::asio::awaitable<result<std::string>> exchange(const connection& context, const http_request& request,
                                                     const call& c, asked_for what = asked_for::read);

/// The same error with the provider's name in it.
error blame(const provider_context& context, error why);

/// What was decoded, its error with the provider's name in it.
template <class T> result<T> blame(const provider_context& context, result<T> decoded) {
    if (!decoded)
        return blame(context, std::move(decoded).error());
    return decoded;
}

} // namespace evalbridge::gradient
