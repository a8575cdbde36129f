#pragma once
// The kinds of many verdicts as short text, a block of them at a time: how many of each kind a block has finds the
// block in which any place of a filtered list is, and the kinds one by one find the place in it. Numbers are written in
// base 32, least digit first, in characters from '0' on; all but the last digit of a number are 32 higher.

#include "store/archive_rows.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

/// Verdicts, or results, of one block.
inline constexpr std::int64_t block_size = 4096;

void append_number(std::string& out, std::uint64_t number);
/// Takes the first number off. Throws std::runtime_error for text that `append_number` can't have written.
std::uint64_t take_number(std::string_view& text);

/// Gathers a block of verdicts.
class verdict_block {
  public:
    void add(int kind);
    std::int64_t size() const { return size_; }
    archived_block take(std::int64_t block);

  private:
    std::map<int, std::uint64_t> counts_;
    std::string kinds_;
    std::int64_t size_ = 0;
};

/// How many of a block's verdicts are of the kinds wanted. Kinds beyond `wanted` aren't.
std::uint64_t count_wanted(std::string_view counts, const std::vector<bool>& wanted);
/// The places, from 0, of the verdicts in a block that are of the kinds wanted.
std::vector<std::int64_t> places_wanted(std::string_view kinds, const std::vector<bool>& wanted);

/// Gathers a block of results, each as the kinds that its verdicts have.
class result_block {
  public:
    void add(const std::vector<int>& kinds);
    std::int64_t size() const { return size_; }
    archived_block take(std::int64_t block);

  private:
    std::string kinds_;
    std::int64_t size_ = 0;
};

/// The places, from 0, of the results in a block that have a verdict of a kind wanted.
std::vector<std::int64_t> results_wanted(std::string_view kinds, const std::vector<bool>& wanted);

} // namespace evalbridge
