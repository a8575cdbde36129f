#pragma once
// What is said on `err` while runs are followed: on a terminal one line that is drawn over, elsewhere a line for each
// change.

#include "cli/console.hpp"
#include "cli/followed_run.hpp"

#include <deque>
#include <string>
#include <vector>

namespace evalbridge::cli {

/// `running (evaluating) 12/40`
std::string state_of(const run_view& run);
/// `p:1: running (evaluating) 12/40 (30%), 0:34`, or for several runs `3 runs: 1 completed, 2 running, 0:34`; behind it
/// what has stalled.
std::string progress_line(const std::deque<followed_run>& runs, duration elapsed, time_point now);

class teller {
  public:
    explicit teller(const console& to) : to_(to) {}

    /// What is known of the runs to begin with needn't be told.
    void begin(const std::deque<followed_run>& runs);
    /// Nothing of runs whose state isn't known yet.
    void draw(const std::deque<followed_run>& runs, duration elapsed, time_point now);
    /// A line of its own.
    void say(const std::string& text);
    /// Takes the drawn line away.
    void clear();

  private:
    void tell_changes(const followed_run& run, std::string& told, time_point now);

    const console& to_;
    std::vector<std::string> told_; ///< of each run
    bool drawn_ = false;
};

} // namespace evalbridge::cli
