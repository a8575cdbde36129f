#pragma once
// An average that doesn't depend on the order in which its numbers come, to more than the last digit.

#include <cmath>
#include <cstdint>
#include <optional>

namespace evalbridge {

/// Neumaier's compensated sum: "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54
/// (1974).
class mean {
  public:
    /// What isn't finite isn't counted.
    void add(double value) {
        if (!std::isfinite(value))
            return;
        const auto next = sum_ + value;
        compensation_ += std::abs(sum_) >= std::abs(value) ? (sum_ - next) + value : (value - next) + sum_;
        sum_ = next;
        ++count_;
    }
    /// Empty where nothing was counted, or the sum is beyond a double.
    std::optional<double> value() const {
        if (count_ == 0)
            return {};
        const auto average = (sum_ + compensation_) / static_cast<double>(count_);
        return std::isfinite(average) ? std::optional(average) : std::nullopt;
    }

  private:
    double sum_ = 0;
    double compensation_ = 0;
    std::int64_t count_ = 0;
};

} // namespace evalbridge
