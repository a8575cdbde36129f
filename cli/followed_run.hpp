#pragma once
// One run that is followed: what its stream of events has told, and when to ask again. Decides only; it sees no
// connection.

#include "base/clock.hpp"
#include "cli/event_stream.hpp"
#include "cli/gateway.hpp"
#include "cli/view.hpp"

#include <optional>
#include <string>
#include <vector>

namespace evalbridge::cli {

/// A run whose progress has stopped, as the gateway sees it.
struct stall {
    std::int64_t quiet_seconds = 0;
    std::optional<std::int64_t> usual_seconds;
    time_point told;
};

class followed_run {
  public:
    explicit followed_run(run_view known) : view_(std::move(known)) {}

    /// What it is to be asked with once its time has come.
    enum class how { stream, poll };
    how asked_by() const { return polled_ ? how::poll : how::stream; }
    /// When; nothing while a stream is open, and once it has ended.
    std::optional<time_point> ask_at() const;

    /// A stream is asked for under this number. Gives the fields to ask with.
    request_fields opening(std::size_t stream, time_point now);
    std::size_t stream() const { return stream_; } ///< 0: none is open
    /// The stream is closed, whoever did it. The next request is made at `next`.
    void closed(time_point next);
    /// From now on it is asked for at a pace, since the gateway gives no events of it.
    void poll_from(time_point next);

    /// Takes bytes of the stream; gives its events. Nothing where they can't be read.
    std::optional<std::vector<stream_event>> feed(std::string_view bytes);

    enum class told { nothing, news, end, problem, unreadable };
    /// An event. `problem`: its data is the problem.
    told take(const stream_event& event, time_point now);
    /// The run as a plain read gave it: `news`, `end` or `unreadable`.
    told take_run(const std::string& body);

    /// How long to wait before the stream is asked for again, as it asked for and doubled with each failure in a row;
    /// at most half a minute.
    duration pace() const;
    /// Counts a failure. Gives when the first in a row was.
    time_point failed(time_point now);
    bool heard_since_opening() const { return heard_; }

    const run_view& view() const { return view_; }
    bool ended() const { return ended_; }
    const std::string& body() const { return body_; } ///< of the run, as it was told last; empty before
    const std::optional<std::string>& summary() const { return summary_; }
    const std::optional<stall>& stalled() const { return stalled_; }

  private:
    bool read(const std::string& run);
    told understand(const stream_event& event, time_point now);
    told take_end(const std::string& data);
    void forgive();

    run_view view_;
    std::string body_;
    std::optional<std::string> summary_;
    std::optional<stall> stalled_;
    bool ended_ = false;
    bool polled_ = false;
    bool heard_ = false;
    std::size_t stream_ = 0;
    time_point opened_{};
    time_point ask_at_{};
    event_stream events_;
    std::string last_id_;
    std::chrono::milliseconds retry_{2000};
    unsigned failures_ = 0;
    std::optional<time_point> failing_since_;
};

} // namespace evalbridge::cli
