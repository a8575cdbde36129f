#pragma once
// The few words of an error body that may be shown: what the vendor calls the error, and why.

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace evalbridge::staso {

struct error_body {
    std::optional<std::string> code;
    std::optional<std::string> message;
};

/// Tries, in this order: `detail` (a text, a list of {loc, msg}, or an object with a message), `error.message`, `error`
/// (a text), `message`. Nothing of a body that isn't a JSON object. Texts are cleaned, and hold no API key.
error_body read_error_body(std::string_view body, const secret& api_key);

bool is_json(std::string_view body);

/// A text of the vendor's without control characters and API keys, cut (base/foreign_text.hpp).
std::optional<std::string> fit_to_show(std::string_view text, const secret& api_key);

} // namespace evalbridge::staso
