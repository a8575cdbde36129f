#pragma once
// Streams of events that are read side by side: each by a task of its own, and what comes of any in one queue.

#include "base/clock.hpp"
#include "base/deadline_sweeper.hpp"
#include "cli/gateway.hpp"
#include "upstream/transport/stream.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <memory>
#include <set>

namespace evalbridge::cli {

struct stream_patience {
    duration to_open; ///< for the answer's head
    duration silence; ///< without a byte
};

/// For one thread. Shared with its tasks, which may be destroyed after everything else.
class open_streams final : public std::enable_shared_from_this<open_streams> {
  public:
    open_streams(boost::asio::any_io_executor executor, const upstream_options& options, deadline_sweeper& sweeper,
                 std::shared_ptr<resolver> names, clock& time, stream_patience patience);

    /// As gateway::open. `request` is complete.
    void open(std::size_t number, http_request request);
    void leave(std::size_t number);
    boost::asio::awaitable<arrival> next(time_point until);

  private:
    static boost::asio::awaitable<void> read(std::shared_ptr<open_streams> self, std::size_t number,
                                             http_request request);
    boost::asio::awaitable<void> read_refusal(std::size_t number, answer_stream& from);
    /// False when nobody wants it any more.
    bool tell(std::size_t number, arrival::kind what, std::string bytes, answer got);

    boost::asio::any_io_executor executor_;
    stream_opener opener_;
    clock& time_;
    stream_patience patience_;
    std::unique_ptr<alarm> bell_;
    std::set<std::size_t> wanted_;
    std::deque<arrival> came_;
};

/// What a command sees of an answer, and of none.
answer answer_of(const http_response& got);
answer answer_of(const error& why);

} // namespace evalbridge::cli
