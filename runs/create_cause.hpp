#pragma once
// Why a create was refused, or why its answer was lost, as the store keeps it and as clients are told of it.

#include "base/error.hpp"
#include "store/creates.hpp"

#include <optional>
#include <string>

namespace evalbridge {

/// JSON: {code, detail, retryable, provider: {name, status, code, message, request_id}}.
std::string write_cause(const error& cause);

/// What is left of an error that was kept.
struct kept_cause {
    std::string code;
    std::string detail;
    bool retryable = false;
    std::optional<provider_answer> provider;
};
std::optional<kept_cause> cause_of(const create_record& create);

/// What a client is told of a create whose state is `indeterminate`. Retryable while it may still be found out, and
/// only with a key: without one the same request would start another run.
error lost_create(const create_record& create);

} // namespace evalbridge
