#pragma once
// What can go wrong, as a value. An error knows what it is, whose fault it is and whether asking again can help,
// so that no layer has to guess from a number or a text.

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

enum class errc {
    invalid_request,
    payload_too_large,
    not_found,
    method_not_allowed,
    conflict,
    unsupported,
    unauthenticated,
    forbidden,
    rate_limited,
    internal,
    overloaded,
    store_unavailable,
    indeterminate,
    provider_rejected,
    provider_malformed,
    provider_throttled,
    provider_unavailable,
    deadline_exceeded,
};

enum class error_source { client, gateway, provider };

/// One thing that is wrong with a client's input. `pointer` is an RFC 6901 pointer into the body, or the name of a
/// query parameter or header (then `in` says which).
struct input_fault {
    std::string pointer;
    std::string detail;
    std::string in = "body";
};

/// What the provider itself said, for the problem's `provider` member.
struct provider_answer {
    std::string name;                ///< the configured provider's name
    std::optional<int> status;       ///< HTTP status, when there was an answer
    std::optional<std::string> code; ///< the vendor's own error id
    std::optional<std::string> message;
    std::optional<std::string> request_id;
};

class error {
  public:
    /// Needed by boost::system::result; an internal error without a reason.
    error() = default;
    /// An error whose source is the usual one for its code (see `usual_source`).
    explicit error(errc code);
    error(errc code, error_source source);

    errc code() const { return code_; }
    error_source source() const { return source_; }
    const std::string& detail() const { return detail_; }
    const std::vector<input_fault>& faults() const { return faults_; }
    const std::optional<std::chrono::milliseconds>& retry_after() const { return retry_after_; }
    const std::optional<provider_answer>& provider() const { return provider_; }
    /// Whether bytes of the request may have reached the far end. A create that failed with this set may have
    /// started a run.
    bool request_sent() const { return request_sent_; }
    /// Whether one of our own layers decided on it, rather than the provider or the way there: it says nothing of how
    /// the provider is.
    bool refused_here() const { return refused_here_; }
    /// Whether the same request may succeed later. False for whatever the client has to change first, and for a create
    /// that may have reached the vendor.
    bool retryable() const;

    /// Where in the vendor's or client's document it is wrong: prefixes the detail with an RFC 6901 pointer.
    [[nodiscard]] error at(std::string_view pointer) &&;
    [[nodiscard]] error because(std::string detail) &&;
    [[nodiscard]] error fault(std::string pointer, std::string detail, std::string in = "body") &&;
    [[nodiscard]] error faults(std::vector<input_fault> faults) &&;
    [[nodiscard]] error retry_after(std::chrono::milliseconds delay) &&;
    [[nodiscard]] error from_provider(provider_answer answer) &&;
    [[nodiscard]] error sent(bool request_sent = true) &&;
    [[nodiscard]] error refused_here(bool yes) &&;
    [[nodiscard]] error retryable(bool yes) &&;

    /// For a layer that knows more than the one that made the error.
    void set_provider_name(std::string_view name);

  private:
    errc code_ = errc::internal;
    error_source source_ = error_source::gateway;
    std::string detail_;
    std::string pointer_;
    std::vector<input_fault> faults_;
    std::optional<std::chrono::milliseconds> retry_after_;
    std::optional<provider_answer> provider_;
    bool request_sent_ = false;
    bool refused_here_ = false;
    std::optional<bool> retryable_;
};

template <class T> using result = boost::system::result<T, error>;

/// `invalid_request`: the word used in problem documents and logs.
std::string_view name_of(errc code);
std::string_view name_of(error_source source);
/// The HTTP status a client sees for it.
int http_status(errc code);
error_source usual_source(errc code);

/// What boost::system::result, which finds it by its argument, makes of value() on an error: reaching it is a bug of
/// ours.
[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& where);

} // namespace evalbridge
