#pragma once
// What an interval estimate is, and how sure it is: every interval of this folder is two-sided.

namespace evalbridge {

/// Two ends, both within; `lower <= upper`.
struct interval {
    double lower = 0;
    double upper = 0;

    friend bool operator==(const interval&, const interval&) = default;
};

/// The point that a standard normal variable exceeds with probability 0.025: what makes an interval a 95 % one.
inline constexpr double normal_quantile_975 = 1.959963984540054;

} // namespace evalbridge
