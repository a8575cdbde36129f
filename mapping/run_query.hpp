#pragma once
// Which runs of the registry are wanted, in which order, and which page of them. A walk through them is exact: it takes
// in the runs that were known when it began, each once, whatever becomes known or ends meanwhile. So it carries the
// number that the registry had come to then (`as_of`), in the cursor or, in the other styles, as a parameter of the
// links.

#include "mapping/page_request.hpp"
#include "mapping/status.hpp"
#include "mapping/timestamp.hpp"

#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

struct run_filter {
    enum class outcome_is { passed, failed, none };
    struct label {
        std::string name;
        std::optional<std::string> value; ///< empty: any
        friend auto operator<=>(const label&, const label&) = default;
    };
    std::optional<std::string> provider;
    std::optional<std::string> suite;
    std::optional<std::string> group;
    std::vector<run_status> statuses; ///< any of them; none: all. In the order of the enumeration, each once
    std::optional<outcome_is> outcome;
    std::vector<label> labels;               ///< all of them; sorted, each once
    std::optional<timestamp> created_after;  ///< at it or later
    std::optional<timestamp> created_before; ///< earlier than it
    std::optional<std::string> text;
    friend bool operator==(const run_filter&, const run_filter&) = default;
};

/// Runs without the value come last in both directions; those with the same one follow each other as they became
/// known, in the order's direction.
enum class run_order { created_at, finished_at, name };
struct run_sort {
    run_order by = run_order::created_at;
    bool descending = true;
    friend bool operator==(const run_sort&, const run_sort&) = default;
};

/// The run that a walk has come to.
struct run_position {
    bool without_value = false; ///< among those that come last
    std::int64_t time = 0;      ///< its value, where that is a time; microseconds since 1970
    std::string key;            ///< its value, where that is a text
    std::uint64_t number = 0;   ///< which it became known as
    friend bool operator==(const run_position&, const run_position&) = default;
};

struct run_list_request {
    paging_style style = paging_style::offset;
    run_filter filter;
    run_sort sort;
    std::uint32_t limit = default_limit;
    std::uint64_t offset = 0;           ///< runs before the page's first
    std::optional<std::uint64_t> as_of; ///< empty: the walk begins
    std::optional<run_position> after;  ///< of a cursor
    std::optional<std::uint64_t> total; ///< of a cursor: how many there were when the walk began
    bool refresh = false;
};

/// At most so many `label` parameters, and bytes of filters altogether: they travel in the cursor.
inline constexpr std::size_t max_label_filters = 8;
inline constexpr std::size_t max_filter_bytes = 1536;

/// Reads the paging parameters, `as_of`, the filters `provider`, `suite`, `group`, `status`, `outcome`, `label`,
/// `created_after`, `created_before` and `text`, `sort` and `refresh`. A cursor carries all but the last; one that is
/// sent along must say the same.
/// Errors: invalid_request with a fault (in: query) for everything that is wrong.
result<run_list_request> read_run_list_request(query_parameters query, const mac_function& mac);

/// The cursor of what follows the run at `last`, `taken` runs after the request's first.
std::string make_next_run_cursor(const run_list_request& request, std::size_t taken, const run_position& last,
                                 std::uint64_t as_of, std::uint64_t total, const mac_function& mac);

} // namespace evalbridge
