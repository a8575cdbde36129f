#include "cli/table.hpp"

#include "cli/text.hpp"

#include <algorithm>
#include <numeric>
#include <ostream>
#include <string_view>

namespace evalbridge::cli {
namespace {

constexpr std::string_view gap = "  ";
constexpr std::size_t least_width = 6; ///< of a column that gives way

std::string_view code_of(tint colour) {
    switch (colour) {
    case tint::none: return "";
    case tint::good: return "\x1b[32m";
    case tint::bad: return "\x1b[31m";
    case tint::faint: return "\x1b[2m";
    }
    return "";
}

void print_line(const console& to, const std::vector<column>& columns, const std::vector<std::size_t>& widths,
                const std::vector<cell>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto text = cut(row[i].text, widths[i]);
        const std::string padding(widths[i] - width_of(text), ' ');
        const auto colour = to.colours ? code_of(row[i].colour) : std::string_view();
        if (i > 0)
            line += gap;
        if (columns[i].side == align::right)
            line += padding;
        line.append(colour).append(text).append(colour.empty() ? "" : "\x1b[0m");
        if (columns[i].side == align::left && i + 1 < row.size())
            line += padding;
    }
    while (line.ends_with(' '))
        line.pop_back();
    to.out << line << '\n';
}

} // namespace

std::vector<std::size_t> fit_widths(std::vector<std::size_t> widths, std::size_t line) {
    if (line == 0 || widths.empty())
        return widths;
    const auto gaps = gap.size() * (widths.size() - 1);
    auto total = std::accumulate(widths.begin(), widths.end(), gaps);
    while (total > line) {
        auto& widest = *std::max_element(widths.begin(), widths.end());
        if (widest <= least_width)
            break; // a terminal that narrow wraps
        --widest;
        --total;
    }
    return widths;
}

void table::add(std::vector<cell> row) {
    for (auto& each : row)
        each.text = on_one_line(each.text);
    row.resize(columns_.size());
    rows_.push_back(std::move(row));
}

void table::print(const console& to) const {
    std::vector<std::size_t> widths;
    std::vector<cell> titles;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        auto widest = width_of(columns_[i].title);
        for (const auto& row : rows_)
            widest = std::max(widest, width_of(row[i].text));
        widths.push_back(widest);
        titles.push_back({columns_[i].title, tint::faint});
    }
    widths = fit_widths(std::move(widths), to.width);
    print_line(to, columns_, widths, titles);
    for (const auto& row : rows_)
        print_line(to, columns_, widths, row);
}

} // namespace evalbridge::cli
