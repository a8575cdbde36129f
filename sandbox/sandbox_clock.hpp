#pragma once
// The sandbox's own calendar: the real one, plus whatever POST /__sandbox/advance has added, so that tests see a run
// finish without sleeping.

#include <chrono>
#include <string>
#include <string_view>

namespace evalbridge::sandbox {

/// Milliseconds are what both vendors show.
using instant = std::chrono::sys_time<std::chrono::milliseconds>;
using milliseconds = std::chrono::milliseconds;

class sandbox_clock {
  public:
    sandbox_clock();
    instant now() const;
    void advance(milliseconds by) { advanced_ += by; }

  private:
    instant started_;
    std::chrono::steady_clock::time_point started_steady_;
    milliseconds advanced_{0};
};

/// 2026-05-01T08:12:33.120Z
std::string to_iso(instant when);
/// Reads what `to_iso` writes and other RFC 3339 date-times; false for anything else.
bool from_iso(std::string_view text, instant& when);

} // namespace evalbridge::sandbox
