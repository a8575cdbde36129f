#include "config/suggest.hpp"

#include <algorithm>
#include <cctype>

namespace evalbridge::config {
namespace {

constexpr std::size_t longest_word = 64; ///< nobody mistypes a longer one into a key
constexpr std::size_t most_listed = 24;

char folded(char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Edits (a neighbours' swap is one) that turn `a` into `b`, case and `-` for `_` not counted.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = folded(a[i - 1]) == folded(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            const bool swapped =
                i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]);
            if (swapped)
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates) {
    if (word.size() > longest_word)
        return {};
    std::string_view best;
    std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const auto candidate : candidates) {
        const auto edits = distance(word, candidate);
        if (edits < least && edits < candidate.size()) {
            least = edits;
            best = candidate;
        }
    }
    return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates) {
    if (const auto best = closest(word, candidates); !best.empty())
        return "; did you mean `" + std::string(best) + "`?";
    if (candidates.empty() || candidates.size() > most_listed)
        return {};
    std::string listed = "; there is ";
    for (std::size_t i = 0; i < candidates.size(); ++i)
        listed += (i == 0 ? "`" : i + 1 == candidates.size() ? " and `" : ", `") + std::string(candidates[i]) + '`';
    return listed;
}

} // namespace evalbridge::config
