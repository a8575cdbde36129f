#include "cli/export_progress.hpp"

#include "cli/text.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr duration remembered = 8s; ///< what the rate is of: long enough to be steady, short enough to be of now
constexpr duration between_samples = 200ms;

double seconds(duration d) { return std::chrono::duration<double>(d).count(); }

std::string whole(double number) { return with_separators(std::llround(number)); }

} // namespace

export_progress::export_progress(time_point begin, std::uint64_t had, std::optional<std::uint64_t> total)
    : begin_(begin), had_(had), total_(total), samples_{{begin, had}} {}

void export_progress::now_at(std::uint64_t rows, time_point when) {
    if (samples_.size() > 1 && when - samples_[samples_.size() - 2].when < between_samples)
        samples_.back() = {when, rows};
    else
        samples_.push_back({when, rows});
    while (samples_.size() > 2 && when - samples_[1].when > remembered)
        samples_.pop_front();
}

double export_progress::rate() const {
    const auto& first = samples_.front();
    const auto& last = samples_.back();
    const auto took = seconds(last.when - first.when);
    return took > 0 && last.rows > first.rows ? double(last.rows - first.rows) / took : 0;
}

std::string export_progress::line(time_point when) const {
    const auto rows = samples_.back().rows;
    const auto speed = rate();
    std::string out = with_separators(static_cast<long long>(rows));
    if (total_ && *total_ >= rows && *total_ > 0) {
        out += " of " + with_separators(static_cast<long long>(*total_)) + " rows (" +
               std::to_string(rows * 100 / *total_) + "%), " + whole(speed) + "/s";
        if (speed > 0)
            out += ", " + clock_time(static_cast<long long>(std::ceil(double(*total_ - rows) / speed))) + " left";
        return out;
    }
    out += " rows, " + whole(speed) + "/s, ";
    return out + clock_time(static_cast<long long>(seconds(when - begin_)));
}

std::string export_progress::conclusion(time_point when) const {
    const auto rows = samples_.back().rows;
    const auto took = seconds(when - begin_);
    auto out = with_separators(static_cast<long long>(rows)) + (rows == 1 ? " row in " : " rows in ") +
               clock_time(static_cast<long long>(took));
    if (took > 0)
        out += ", " + whole(double(rows - had_) / took) + "/s";
    return out;
}

} // namespace evalbridge::cli
