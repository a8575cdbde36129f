#pragma once
// A credential that can't be printed by accident: it has no stream operator, no implicit conversion and no formatter.

#include <string>
#include <utility>

namespace evalbridge {

class secret {
  public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {}
    /// The one way out. Whoever calls it answers for where the value goes.
    const std::string& reveal() const { return value_; }
    bool empty() const { return value_.empty(); }

  private:
    std::string value_;
};

} // namespace evalbridge
