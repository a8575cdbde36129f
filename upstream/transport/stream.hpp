#pragma once
// An answer whose body is read while it still comes, as server-sent events are. Each has a connection of its own, made
// and checked as the transport's are, and closed with it.

#include "base/deadline_sweeper.hpp"
#include "base/error.hpp"
#include "upstream/http_message.hpp"
#include "upstream/options.hpp"
#include "upstream/transport/chunked.hpp"
#include "upstream/transport/connection.hpp"
#include "upstream/transport/request_head.hpp"
#include "upstream/transport/response_head.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <optional>
#include <string>

namespace evalbridge {

class resolver;

class answer_stream {
  public:
    answer_stream(std::unique_ptr<vendor_connection> on, response_head head, deadline_sweeper& sweeper);

    int status() const { return head_.status; }
    std::optional<std::string_view> field(std::string_view name) const;
    /// The next bytes of the body, at least one; empty at its end. Errors: provider_unavailable when it broke off,
    /// provider_malformed when it isn't framed as it should be, deadline_exceeded when nothing came by `until`. After
    /// the end or an error nothing more comes.
    boost::asio::awaitable<result<std::string>> next(time_point until);

  private:
    /// Moves what has been read already to `out`, without the framing.
    result<void> take_input(std::string& out);

    std::unique_ptr<vendor_connection> on_;
    response_head head_;
    deadline_sweeper& sweeper_;
    chunked_answer_decoder chunks_;
    std::uint64_t left_;
    bool ended_;
};

/// For one thread; it outlives what it opens.
class stream_opener {
  public:
    /// Throws as make_transport does.
    stream_opener(const upstream_options& options, deadline_sweeper& sweeper, std::shared_ptr<resolver> names);

    /// Sends a GET and reads the answer's head, whatever its status, by `until`. `request` outlives the await. Errors:
    /// provider_unavailable, provider_malformed (also for a packed body), deadline_exceeded, internal (a request that
    /// can't be sent).
    boost::asio::awaitable<result<std::unique_ptr<answer_stream>>> open(const http_request& request, time_point until);

  private:
    boost::asio::awaitable<result<response_head>> ask(vendor_connection& on, std::string head);

    const upstream_options options_;
    const request_writer writer_;
    deadline_sweeper& sweeper_;
    const std::shared_ptr<resolver> names_;
    std::optional<boost::asio::ssl::context> tls_;
};

} // namespace evalbridge
