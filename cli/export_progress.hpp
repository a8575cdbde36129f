#pragma once
// How far an export has come, for somebody at a terminal.

#include "base/clock.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace evalbridge::cli {

class export_progress {
  public:
    /// `had`: rows that were there before, of an export that is gone on with. `total` where it is known.
    export_progress(time_point begin, std::uint64_t had, std::optional<std::uint64_t> total);

    void now_at(std::uint64_t rows, time_point when);
    /// `12,000 of 1,000,000 rows (1%), 45,000/s, 0:22 left`, or without a total `12,000 rows, 45,000/s, 0:03`.
    std::string line(time_point when) const;
    /// `1,000,000 rows in 0:22, 45,000/s`
    std::string conclusion(time_point when) const;

  private:
    struct sample {
        time_point when;
        std::uint64_t rows;
    };
    /// Rows a second, of the last few seconds.
    double rate() const;

    time_point begin_;
    std::uint64_t had_;
    std::optional<std::uint64_t> total_;
    std::deque<sample> samples_;
};

} // namespace evalbridge::cli
