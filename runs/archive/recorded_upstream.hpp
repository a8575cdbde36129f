#pragma once
// A vendor's API as it answered once: what an archiving reads is kept as it comes, so that one that was cut off goes on
// where it was, and what was made of the answers can be made anew without the vendor.

#include "store/store.hpp"
#include "upstream/upstream.hpp"

#include <functional>
#include <set>
#include <string>

namespace evalbridge {

class recorded_upstream final : public upstream {
  public:
    /// What is done to an answer's body before anybody sees it; may be empty.
    using body_change = std::function<std::string(std::string)>;

    /// Without `inner` what wasn't recorded is provider_unavailable. All references outlive it.
    recorded_upstream(store& kept, std::int64_t archive, upstream* inner, body_change change = {})
        : kept_(kept), archive_(archive), inner_(inner), change_(std::move(change)) {}

    /// Called in every transaction that records an answer; where it is false, nothing is recorded and the request fails
    /// with conflict. Before the first request.
    void record_only_while(std::function<bool(connection&)> guard) { guard_ = std::move(guard); }

    /// Errors besides those of any: store_unavailable.
    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override;

    /// Whether something that was asked for has no answer to go by: the last attempt failed in a way that passes, or it
    /// wasn't recorded and nobody is asked any more. What a provider made without it isn't what the vendor says.
    bool has_open_requests() const { return !open_.empty(); }
    /// Whether what wasn't recorded can be asked for.
    bool asks_the_vendor() const { return inner_ != nullptr; }

  private:
    boost::asio::awaitable<result<void>> record(const std::string& key, const http_response& answer);

    store& kept_;
    const std::int64_t archive_;
    upstream* const inner_;
    const body_change change_;
    std::function<bool(connection&)> guard_;
    std::set<std::string> open_; ///< by method and target
};

} // namespace evalbridge
