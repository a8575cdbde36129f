#pragma once
// A prompt's trace spans, flattened depth first.

#include "tests/oracle/gradient.hpp"

#include <deque>

namespace evalbridge::oracle::gradient {

class span_list {
  public:
    explicit span_list(const prompt_parts& parts) : parts_(parts) {}

    void read(told list) { read(list, {}, 1); }
    std::size_t size() const { return spans_.size(); }
    bool left_out() const { return left_out_; }
    std::vector<measured>& results(std::size_t span) { return spans_[span].results; }
    json::value told() const;
    /// What a verdict says of its span.
    json::value reference(std::size_t span) const;

  private:
    struct span {
        std::optional<std::size_t> parent;
        std::optional<std::string> name;
        std::optional<std::string> type;
        json::value created_at;
        json::value input;
        json::value output;
        json::array chunks;
        json::object attributes;
        std::vector<measured> results;
    };
    void read(oracle::told list, std::optional<std::size_t> parent, std::size_t depth);
    void read_one(oracle::told in, std::optional<std::size_t> parent, std::size_t depth);
    /// `agent` and `workflow` hold children beside attributes.
    json::value without_children(oracle::told in, std::size_t parent, std::size_t depth);

    const prompt_parts& parts_;
    std::deque<span> spans_; ///< grows while a span of it is being read
    std::size_t results_ = 0;
    bool left_out_ = false;
};

} // namespace evalbridge::oracle::gradient
