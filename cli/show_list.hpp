#pragma once
// A command that lists: a table for people, or the API's elements, one a line.

#include "cli/console.hpp"
#include "cli/gateway.hpp"
#include "cli/view.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace evalbridge::cli {

/// What is listed, and how it is shown.
template <class View> struct listing {
    std::string path;
    std::string query; ///< encoded, without paging
    bool filtered = false;
    std::uint64_t limit = 0; ///< 0: all
    bool as_json = false;
    View (*read)(const boost::json::value& element);
    void (*show)(const console& to, const std::vector<View>& rows);
    std::string (*footer)(std::size_t shown, const page_view& last, bool filtered);
};

/// Shows it, as far as it could be read, and gives the exit code. For `run_view` and `verdict_view`.
template <class View> int show_list(gateway& from, const listing<View>& what, const console& to);

} // namespace evalbridge::cli
