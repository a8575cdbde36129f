#pragma once
// Why a report broke off: the gateway says it in a comment, the last thing that it writes.

#include <string>
#include <string_view>

namespace evalbridge::cli {

class reason_at_end {
  public:
    /// Bytes of the report, as they come.
    void take(std::string_view bytes);
    /// `overloaded: the report is too large`; empty where no reason was given.
    std::string told() const;

  private:
    std::string end_; ///< of what came
};

} // namespace evalbridge::cli
