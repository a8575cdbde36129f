#pragma once
// Rows in aligned columns.

#include "cli/console.hpp"

#include <string>
#include <vector>

namespace evalbridge::cli {

enum class align { left, right };
enum class tint { none, good, bad, faint };

struct column {
    std::string title;
    align side = align::left;
};

struct cell {
    std::string text; ///< anything; made fit for one line here
    tint colour = tint::none;
};

class table {
  public:
    explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}
    /// As many cells as there are columns.
    void add(std::vector<cell> row);
    bool empty() const { return rows_.empty(); }
    /// Where the console has a width, the widest columns give way until a line fits.
    void print(const console& to) const;

  private:
    std::vector<column> columns_;
    std::vector<std::vector<cell>> rows_;
};

/// The widths to print columns in, whose natural widths are given, with two spaces between them. 0: unlimited.
std::vector<std::size_t> fit_widths(std::vector<std::size_t> natural, std::size_t line);

} // namespace evalbridge::cli
