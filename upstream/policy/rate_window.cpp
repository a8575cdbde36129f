#include "upstream/policy/rate_window.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

/// Replicas tell each other every second. What they told isn't thought to have left before they had time to say so.
constexpr duration foreign_stays = std::chrono::seconds(3);

constexpr std::size_t index_of(urgency who) { return static_cast<std::size_t>(who); }

// Of so many that leave one by one, a step after another from then on.
std::uint32_t still_there(std::uint32_t count, time_point from, duration step, time_point now) {
    if (count == 0 || now < from + step)
        return count;
    const auto left = (now - from) / step;
    return left >= count ? 0 : count - static_cast<std::uint32_t>(left);
}

} // namespace

rate_window::rate_window(duration span, std::uint32_t limit, rate_shares shares)
    : span_(span), limit_(std::min(limit, most)), anchor_(limit_), shares_(shares) {}

void rate_window::set_limit(std::uint32_t limit) {
    limit_ = std::min(limit, most);
    if (anchor_ == 0)
        anchor_ = limit_;
}

std::uint32_t rate_window::ceiling(urgency who) const {
    if (who == urgency::interactive)
        return limit_;
    const double share = who == urgency::watch ? shares_.watch : shares_.archive;
    const double part = share * static_cast<double>(limit_) + 1e-6; // 0.29 * 100 is 28.999...
    return static_cast<std::uint32_t>(std::clamp(part, 1.0, static_cast<double>(limit_)));
}

void rate_window::expire(time_point now) {
    while (!marks_.empty() && marks_.front().at + span_ <= now) {
        --counts_[index_of(marks_.front().who)];
        marks_.pop_front();
    }
}

void rate_window::add(time_point at, urgency who) {
    if (marks_.size() >= most) {
        --counts_[index_of(marks_.front().who)];
        marks_.pop_front();
    }
    marks_.push_back({at, who});
    ++counts_[index_of(who)];
}

std::uint32_t rate_window::others(time_point now) const {
    return still_there(others_, others_from_, others_step_, now);
}

time_point rate_window::next_of_others(time_point now) const {
    const auto left = others(now);
    return left == 0 ? time_point::max() : others_from_ + others_step_ * (others_ - left + 1);
}

void rate_window::set_foreign(const by_urgency& counts, time_point now) {
    foreign_ = counts;
    foreign_sum_ = counts[0] + counts[1] + counts[2];
    foreign_from_ = now + foreign_stays;
    foreign_step_ = foreign_sum_ == 0 ? duration(1) : std::max(span_ / foreign_sum_, duration(1));
}

std::uint32_t rate_window::foreign(time_point now) const {
    return still_there(foreign_sum_, foreign_from_, foreign_step_, now);
}

std::uint32_t rate_window::foreign(urgency who, time_point now) const {
    if (foreign_sum_ == 0)
        return 0;
    const auto there = static_cast<std::uint64_t>(foreign(now)) * foreign_[index_of(who)];
    return static_cast<std::uint32_t>((there + foreign_sum_ - 1) / foreign_sum_);
}

time_point rate_window::next_of_foreign(time_point now) const {
    const auto left = foreign(now);
    return left == 0 ? time_point::max() : foreign_from_ + foreign_step_ * (foreign_sum_ - left + 1);
}

bool rate_window::correct(std::uint32_t used, std::uint32_t under_way, std::optional<duration> reset, time_point now) {
    const auto ended = static_cast<std::uint32_t>(marks_.size()) + foreign(now);
    const auto beyond = [](std::uint32_t a, std::uint32_t b) { return a > b ? a - b : 0; };
    // How many of those under way the provider had counted isn't known: any number of others in between may be true,
    // and what is thought already stays.
    const auto before = others(now);
    const auto after = std::clamp(before, beyond(used, ended + under_way), beyond(used, ended) + under_way);
    if (after == before)
        return false;
    others_ = after;
    if (after > 0) {
        const auto wait = std::clamp(reset.value_or(duration{}), duration{}, span_);
        others_step_ = std::max((span_ - wait) / after, duration(1));
        others_from_ = reset ? now + wait - others_step_ : now;
    }
    return after > before;
}

rate_forecast::rate_forecast(std::span<const rate_window* const> windows, const rate_window::by_urgency& under_way,
                             time_point now)
    : now_(now) {
    for (std::size_t i = 0; i < urgency_count; ++i)
        added_.insert(added_.end(), under_way[i], {now, static_cast<urgency>(i)});
    for (const auto* window : windows) {
        if (window->limit() == 0)
            continue;
        auto& l = lanes_[lane_count_++];
        l.window = window;
        l.counts = window->counts();
        l.own = static_cast<std::uint32_t>(window->marks().size() + added_.size());
        for (std::size_t i = 0; i < urgency_count; ++i)
            l.counts[i] += under_way[i];
    }
}

bool rate_forecast::fits(urgency who) const {
    return std::all_of(lanes_.begin(), lanes_.begin() + lane_count_, [&](const lane& l) {
        const auto& w = *l.window;
        return l.own + w.others(now_) + w.foreign(now_) < w.limit() &&
               l.counts[index_of(who)] + w.foreign(who, now_) < w.ceiling(who);
    });
}

/// The oldest that still counts; null when there is none.
const rate_window::mark* rate_forecast::first_of(const lane& l) const {
    const auto& marks = l.window->marks();
    if (l.gone < marks.size())
        return &marks[l.gone];
    const auto behind = l.gone - marks.size();
    return behind < added_.size() ? &added_[behind] : nullptr;
}

void rate_forecast::go_to(time_point when) {
    now_ = when;
    for (std::size_t i = 0; i < lane_count_; ++i) {
        auto& l = lanes_[i];
        for (const auto* first = first_of(l); first && first->at + l.window->span() <= when; first = first_of(l)) {
            --l.counts[index_of(first->who)];
            --l.own;
            ++l.gone;
        }
    }
}

time_point rate_forecast::next_change() const {
    auto next = time_point::max();
    for (std::size_t i = 0; i < lane_count_; ++i) {
        const auto& l = lanes_[i];
        next = std::min({next, l.window->next_of_others(now_), l.window->next_of_foreign(now_)});
        if (const auto* first = first_of(l))
            next = std::min(next, first->at + l.window->span());
    }
    return next;
}

time_point rate_forecast::serve(urgency who, std::array<std::size_t, urgency_count> ahead, time_point start) {
    go_to(std::max(start, now_));
    for (;;) {
        for (std::size_t i = 0; i <= index_of(who); ++i) {
            const auto served = static_cast<urgency>(i);
            // Who is held back by the share of its kind doesn't hold back others.
            while ((ahead[i] > 0 || served == who) && fits(served)) {
                if (ahead[i] == 0)
                    return now_;
                --ahead[i];
                added_.push_back({now_, served});
                for (std::size_t n = 0; n < lane_count_; ++n) {
                    ++lanes_[n].own;
                    ++lanes_[n].counts[i];
                }
            }
        }
        const auto next = next_change();
        if (next == time_point::max())
            return next; // can't be: what is full has something that leaves
        go_to(next);
    }
}

} // namespace evalbridge
