#include "runs/archive/kind_blocks.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace evalbridge {
namespace {

constexpr char first_digit = '0';
constexpr unsigned more = 32;

bool is_wanted(const std::vector<bool>& wanted, std::uint64_t kind) { return kind < wanted.size() && wanted[kind]; }

} // namespace

void append_number(std::string& out, std::uint64_t number) {
    for (; number >= 32; number /= 32)
        out += static_cast<char>(first_digit + static_cast<char>(number % 32 + more));
    out += static_cast<char>(first_digit + static_cast<char>(number));
}

std::uint64_t take_number(std::string_view& text) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; !text.empty() && shift < 60; shift += 5) {
        const auto digit = static_cast<unsigned>(text.front() - first_digit);
        if (digit >= 64)
            break;
        text.remove_prefix(1);
        number |= static_cast<std::uint64_t>(digit % 32) << shift;
        if (digit < more)
            return number;
    }
    throw std::runtime_error("a block of an archive is damaged");
}

void verdict_block::add(int kind) {
    ++counts_[kind];
    append_number(kinds_, static_cast<std::uint64_t>(kind));
    ++size_;
}

archived_block verdict_block::take(std::int64_t block) {
    archived_block out;
    out.block = block;
    for (const auto& [kind, count] : counts_) {
        append_number(out.counts, static_cast<std::uint64_t>(kind));
        append_number(out.counts, count);
    }
    out.kinds = std::exchange(kinds_, {});
    counts_.clear();
    size_ = 0;
    return out;
}

std::uint64_t count_wanted(std::string_view counts, const std::vector<bool>& wanted) {
    std::uint64_t sum = 0;
    while (!counts.empty()) {
        const auto kind = take_number(counts);
        const auto count = take_number(counts);
        sum += is_wanted(wanted, kind) ? count : 0;
    }
    return sum;
}

std::vector<std::int64_t> places_wanted(std::string_view kinds, const std::vector<bool>& wanted) {
    std::vector<std::int64_t> out;
    for (std::int64_t place = 0; !kinds.empty(); ++place)
        if (is_wanted(wanted, take_number(kinds)))
            out.push_back(place);
    return out;
}

void result_block::add(const std::vector<int>& kinds) {
    auto each_once = kinds;
    std::ranges::sort(each_once);
    each_once.erase(std::ranges::unique(each_once).begin(), each_once.end());
    append_number(kinds_, each_once.size());
    for (const auto kind : each_once)
        append_number(kinds_, static_cast<std::uint64_t>(kind));
    ++size_;
}

archived_block result_block::take(std::int64_t block) {
    archived_block out;
    out.block = block;
    append_number(out.counts, static_cast<std::uint64_t>(std::exchange(size_, 0)));
    out.kinds = std::exchange(kinds_, {});
    return out;
}

std::vector<std::int64_t> results_wanted(std::string_view kinds, const std::vector<bool>& wanted) {
    std::vector<std::int64_t> out;
    for (std::int64_t place = 0; !kinds.empty(); ++place) {
        bool any = false;
        for (auto left = take_number(kinds); left > 0; --left)
            any = is_wanted(wanted, take_number(kinds)) || any;
        if (any)
            out.push_back(place);
    }
    return out;
}

} // namespace evalbridge
