#pragma once
// Who calls: API keys, known by their SHA-256 only.

#include "base/crypto.hpp"
#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

struct api_key {
    std::string name;
    sha256_digest digest;
};

class authenticator {
  public:
    /// No keys: `auth: none`, everybody is "anonymous".
    explicit authenticator(std::vector<api_key> keys);
    /// The name of the key that `Authorization: Bearer ...` or `X-API-Key: ...` holds. Compares with every key in
    /// constant time. Errors: unauthenticated, for a missing, malformed or unknown key, and when both fields are sent
    /// and differ.
    result<std::string> identify(std::string_view authorization, std::string_view x_api_key) const;

  private:
    std::vector<api_key> keys_;
};

} // namespace evalbridge
