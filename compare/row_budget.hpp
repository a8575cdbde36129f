#pragma once
// How many verdicts all comparisons of the process hold at once. It bounds their memory better than a number of
// comparisons would: a hundred small ones are let in beside a large one, two of the largest aren't. Shared by all
// shards.

#include <atomic>
#include <cstdint>
#include <utility>

namespace evalbridge {

class row_budget {
  public:
    explicit row_budget(std::uint64_t most) : most_(most) {}
    row_budget(const row_budget&) = delete;
    row_budget& operator=(const row_budget&) = delete;

    /// What one comparison has taken of it; given back when this goes. The budget outlives it.
    class share {
      public:
        explicit share(row_budget& of) : of_(&of) {}
        share(share&& other) noexcept : of_(other.of_), taken_(std::exchange(other.taken_, 0)) {}
        share& operator=(share&& other) noexcept {
            std::swap(of_, other.of_);
            std::swap(taken_, other.taken_);
            return *this;
        }
        ~share() { of_->held_ -= taken_; }

        /// False, with nothing taken, where so many more aren't left.
        bool take(std::uint64_t rows) {
            if (of_->held_.fetch_add(rows) + rows > of_->most_) {
                of_->held_ -= rows;
                return false;
            }
            taken_ += rows;
            return true;
        }

      private:
        row_budget* of_;
        std::uint64_t taken_ = 0;
    };

    std::uint64_t held() const { return held_; }

  private:
    const std::uint64_t most_;
    std::atomic<std::uint64_t> held_{0};
};

} // namespace evalbridge
