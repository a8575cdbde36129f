#pragma once
// A gateway as the client commands see it; tests put their own in its place.

#include "base/clock.hpp"

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge::cli {

/// What came of one request.
struct answer {
    int status = 0; ///< 0: there was none, and `failure` says why
    std::string body;
    std::string content_type;
    std::optional<std::chrono::milliseconds> retry_after;
    std::string failure;
    bool interrupted = false; ///< by the user
    /// Of an export: whether the run had ended when it began.
    std::optional<bool> run_terminal = {};
    /// Where there was none: the request, or one before it with the same key, may have reached the gateway.
    bool sent = false;
    /// It broke off on the way.
    bool begun = false;

    bool ok() const { return status >= 200 && status < 300; }
};

using request_fields = std::vector<std::pair<std::string, std::string>>;

/// What came of a stream that was opened.
struct arrival {
    enum class kind {
        nothing,     ///< until the time that was given
        interrupted, ///< by the user
        opened,      ///< it is a stream: `got` has its status and type
        bytes,       ///< some of it
        ended,       ///< as it should
        failed,      ///< it broke off, was silent for too long, or the answer is no stream: `got` says which
    } what = kind::nothing;
    std::size_t stream = 0; ///< the number that it was opened with
    std::string bytes;
    answer got;
};

class gateway {
  public:
    virtual ~gateway() = default;
    /// `target` is path and query, percent-encoded.
    virtual answer get(const std::string& target) = 0;
    virtual answer post(const std::string& target, const std::string& json, const request_fields& fields) = 0;
    /// False when the user interrupted it.
    virtual bool pause(duration how_long) = 0;
    virtual time_point now() const = 0;

    /// Asks for a stream of events under a number of its own. `next` tells what comes of it; after `ended` and `failed`
    /// nothing more does.
    virtual void open(std::size_t stream, const std::string& target, const request_fields& fields) = 0;
    /// Nothing more of that stream is wanted.
    virtual void leave(std::size_t stream) = 0;
    /// What comes first of any stream.
    virtual arrival next(time_point until) = 0;
    /// Its address, for messages.
    virtual const std::string& url() const = 0;
};

/// Whether the same read may well succeed later, so that somebody who waits should go on waiting.
bool is_transient(const answer& a);

/// Reads again, after what the gateway asks for, while the answer is transient and `patience` lasts. Each wait is told
/// on `err`.
answer get_patiently(gateway& from, const std::string& target, duration patience, std::ostream& err);

/// Starts what the spec says, asking again with the same key while the answer may pass and `patience` lasts: the
/// gateway starts it once, however often it is asked. Nobody there is waited for once the gateway has been reached.
answer create_patiently(gateway& at, const std::string& spec, const std::string& key, duration patience,
                        std::ostream& err);

/// Whether a create that was answered like this may have started a run all the same.
bool may_have_started(const answer& create);
/// What to do about a create that failed, in place of the usual advice; none where that stands.
std::optional<std::string> create_hint(const answer& create, const std::string& key);

/// What a person should know of an answer that isn't a success: what was wrong, where, whose fault it was, what to do
/// about it, and the request id to quote. Several lines, each with its newline. A `hint` stands in place of the usual
/// advice; an empty one gives none.
std::string explain(const answer& a, const gateway& from, const std::optional<std::string>& hint = {});
/// The first line of it alone, without `error: `.
std::string explain_briefly(const answer& a);
/// `12 s`, `0.1 s`
std::string seconds_text(duration d);

} // namespace evalbridge::cli
