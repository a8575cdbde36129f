#pragma once
// A page of the registry's runs. Blocking; for units of work of the store.

#include "mapping/run_query.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

struct listed_run {
    std::string id;
    std::string provider;
    bool terminal = false;
    std::string document; ///< its JSON as the API shows it
};

struct run_page {
    std::vector<listed_run> runs;
    std::uint64_t as_of = 0; ///< what the registry had come to when the walk began
    std::uint64_t total = 0; ///< runs that match, of those known then
    bool has_more = false;
    std::optional<run_position> last; ///< of the page's last run
};

/// Empty where `as_of` lies ahead of everything that has happened: it isn't of this store.
std::optional<run_page> list_runs(connection& db, const run_list_request& wanted);

} // namespace evalbridge
