#include "base/error.hpp"

#include <stdexcept>

namespace evalbridge {
namespace {

struct errc_row {
    errc code;
    std::string_view name;
    int status;
    error_source source;
    bool retryable;
};

// One row a code; the table of docs/architecture.md ("Errors").
constexpr errc_row rows[] = {
    {errc::invalid_request, "invalid_request", 400, error_source::client, false},
    {errc::payload_too_large, "payload_too_large", 413, error_source::client, false},
    {errc::not_found, "not_found", 404, error_source::client, false},
    {errc::method_not_allowed, "method_not_allowed", 405, error_source::client, false},
    {errc::conflict, "conflict", 409, error_source::client, false},
    {errc::unsupported, "unsupported", 422, error_source::client, false},
    {errc::unauthenticated, "unauthenticated", 401, error_source::client, false},
    {errc::forbidden, "forbidden", 403, error_source::client, false},
    {errc::rate_limited, "rate_limited", 429, error_source::client, true},
    {errc::internal, "internal", 500, error_source::gateway, false},
    {errc::overloaded, "overloaded", 503, error_source::gateway, true},
    {errc::store_unavailable, "store_unavailable", 503, error_source::gateway, true},
    {errc::indeterminate, "indeterminate", 502, error_source::provider, true},
    {errc::provider_rejected, "provider_rejected", 502, error_source::provider, false},
    {errc::provider_malformed, "provider_malformed", 502, error_source::provider, true},
    {errc::provider_throttled, "provider_throttled", 503, error_source::provider, true},
    {errc::provider_unavailable, "provider_unavailable", 503, error_source::provider, true},
    {errc::deadline_exceeded, "deadline_exceeded", 504, error_source::provider, true},
};

const errc_row& row_of(errc code) {
    for (const auto& row : rows)
        if (row.code == code)
            return row;
    return rows[9]; // internal; unreachable while every code has a row, which a test asserts
}

} // namespace

error::error(errc code) : error(code, usual_source(code)) {}
error::error(errc code, error_source source) : code_(code), source_(source) {}

bool error::retryable() const { return retryable_.value_or(row_of(code_).retryable); }

error error::at(std::string_view pointer) && {
    pointer_ = pointer;
    if (!detail_.empty())
        detail_ = pointer_ + ": " + detail_;
    return std::move(*this);
}

error error::because(std::string detail) && {
    detail_ = pointer_.empty() ? std::move(detail) : pointer_ + ": " + detail;
    return std::move(*this);
}

error error::fault(std::string pointer, std::string detail, std::string in) && {
    faults_.push_back({std::move(pointer), std::move(detail), std::move(in)});
    return std::move(*this);
}

error error::faults(std::vector<input_fault> faults) && {
    faults_ = std::move(faults);
    return std::move(*this);
}

error error::retry_after(std::chrono::milliseconds delay) && {
    retry_after_ = delay;
    return std::move(*this);
}

error error::from_provider(provider_answer answer) && {
    provider_ = std::move(answer);
    return std::move(*this);
}

error error::sent(bool request_sent) && {
    request_sent_ = request_sent;
    return std::move(*this);
}

error error::refused_here(bool yes) && {
    refused_here_ = yes;
    return std::move(*this);
}

error error::retryable(bool yes) && {
    retryable_ = yes;
    return std::move(*this);
}

void error::set_provider_name(std::string_view name) {
    if (!provider_)
        provider_.emplace();
    provider_->name = name;
}

std::string_view name_of(errc code) { return row_of(code).name; }

std::string_view name_of(error_source source) {
    switch (source) {
    case error_source::client: return "client";
    case error_source::gateway: return "gateway";
    case error_source::provider: return "provider";
    }
    return "gateway";
}

int http_status(errc code) { return row_of(code).status; }
error_source usual_source(errc code) { return row_of(code).source; }

void throw_exception_from_error(const error& e, const boost::source_location&) {
    throw std::logic_error("value() of a failed result: " + e.detail());
}

} // namespace evalbridge
