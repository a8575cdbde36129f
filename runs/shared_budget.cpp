#include "runs/shared_budget.hpp"

#include "base/crypto.hpp"

#include <algorithm>
#include <span>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

/// A row that isn't written again counts for a minute.
constexpr duration tell_again_after = 15s;
// In turns, of which the middle counts: between two who have it there is time to tell, even where clocks differ by a
// second.
constexpr std::chrono::milliseconds turn = 4s;
constexpr std::chrono::milliseconds turn_begins = 1s;
constexpr std::chrono::milliseconds turn_ends = 3s;
/// A budget's name is no place to try guessed credentials on.
constexpr std::size_t name_digits = 16;

} // namespace

std::vector<rate_use> shared_budgets::to_report(time_point now) {
    std::vector<rate_use> out;
    telling_.clear();
    for (const auto& [name, budget] : budgets_) {
        const auto used = budget->own_use(now);
        const rate_use mine{name, used.minute, used.hour};
        const auto before = told_.find(name);
        const told known = before == told_.end() ? told{{name, {}, {}}, now} : before->second;
        const bool fades = mine.minute != decltype(mine.minute){} && now >= known.at + tell_again_after;
        if (mine == known.use && !fades)
            continue;
        telling_[name] = {mine, now};
        out.push_back(mine);
    }
    return out;
}

void shared_budgets::take(const std::vector<rate_use>& others, company with, time_point now,
                          std::chrono::system_clock::time_point wall) {
    for (auto& [name, each] : telling_)
        told_[name] = std::move(each);
    telling_.clear();
    const auto count = std::max<std::size_t>(1, with.replicas);
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch());
    const auto turns = static_cast<std::size_t>(since / turn);
    const bool in_the_middle = since % turn >= turn_begins && since % turn < turn_ends;
    for (const auto& [name, budget] : budgets_) {
        foreign_use theirs;
        const auto found = std::ranges::find(others, name, &rate_use::budget);
        if (found != others.end()) {
            theirs.minute = found->minute;
            theirs.hour = found->hour;
        }
        theirs.replicas = count;
        theirs.has_turn = in_the_middle && turns % count == with.place;
        budget->share_with(theirs, now);
    }
}

std::string budget_name(std::string_view provider, const std::vector<credential>& credentials) {
    std::string material = "evalbridge rate budget";
    for (const auto& each : credentials)
        material.append(1, '\0').append(each.field).append(1, '\0').append(each.value.reveal());
    const auto digest = to_hex(sha256(material));
    return std::string(provider) + ":" + digest.substr(0, name_digits);
}

} // namespace evalbridge
