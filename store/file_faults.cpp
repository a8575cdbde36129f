#include "store/inspection_looks.hpp"
#include "store/look.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <string_view>

namespace evalbridge {
namespace {

/// SQLite tells several faults in one row, under a heading.
void add_lines(std::vector<std::string>& out, std::string_view told) {
    while (!told.empty()) {
        const auto line = told.substr(0, told.find('\n'));
        told.remove_prefix(std::min(line.size() + 1, told.size()));
        if (!line.empty() && line != "ok" && !line.starts_with("***"))
            out.emplace_back(line);
    }
}

/// Each a line; the last says why there are no more, where the look itself failed.
std::vector<std::string> faults_told_by(connection& db, const std::string& pragma) {
    std::vector<std::string> out;
    const auto failed = look(db, [&] {
        const soci::rowset<std::string> rows = (db.sql().prepare << pragma);
        for (const auto& each : rows)
            add_lines(out, each);
    });
    if (failed)
        out.push_back(*failed);
    return out;
}

/// None where even those can't be read.
std::vector<std::string> tables_of_the_file(connection& db) {
    std::vector<std::string> out;
    look(db, [&] {
        const soci::rowset<std::string> names =
            (db.sql().prepare << "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        for (const auto& each : names)
            out.push_back(each);
    });
    return out;
}

} // namespace

std::vector<finding> faults_of_the_file(connection& db) {
    const auto of_the_whole = faults_told_by(db, "PRAGMA integrity_check");
    if (of_the_whole.empty())
        return {};
    // Pages and trees are SQLite's own numbers: which table they are of, only a look at each tells.
    std::vector<finding> out;
    for (const auto& table : tables_of_the_file(db)) {
        const auto told = faults_told_by(db, "PRAGMA integrity_check('" + table + "')");
        if (!told.empty())
            out.push_back({"faults in the pages of " + table + "; the first: " + told.front(),
                           static_cast<long long>(told.size()), true});
    }
    if (out.empty())
        for (const auto& each : of_the_whole)
            out.push_back({"SQLite: " + each, 1, true});
    return out;
}

} // namespace evalbridge
