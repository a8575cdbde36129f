#pragma once
// What a client wants of a comparison, and which page of its flips. A walk through the flips is exact: their order is
// that of A's verdicts, and the cursor carries everything else that was asked for.

#include "compare/comparison.hpp"
#include "mapping/page_request.hpp"

namespace evalbridge {

enum class wanted_flips { all, regressions, improvements };

struct comparison_request {
    paging_style style = paging_style::offset;
    std::uint32_t limit = default_limit;
    std::uint64_t offset = 0; ///< flips before the page's first
    join_key by = join_key::trace_id;
    std::vector<std::string> metrics; ///< sorted, each once; empty: all
    std::uint32_t min_pairs = usual_min_pairs;
    wanted_flips flips = wanted_flips::all;
};

/// At most so many `metric` parameters, and bytes of them altogether: they travel in the cursor.
inline constexpr std::size_t max_metric_filters = 32;
inline constexpr std::size_t max_metric_bytes = 1024;
inline constexpr std::uint64_t max_min_pairs = 1'000'000;

/// Reads the paging parameters, `join`, `metric` (any number of times), `min_pairs` and `flips`. A cursor carries all
/// of them; one that is sent along must say the same. Errors: invalid_request with a fault (in: query) for everything
/// that is wrong, a cursor of other runs included.
result<comparison_request> read_comparison_request(query_parameters query, std::string_view a, std::string_view b,
                                                   const mac_function& mac);

/// The cursor of what follows `taken` flips of the request's page.
std::string make_next_flip_cursor(const comparison_request& request, std::uint64_t taken, std::string_view a,
                                  std::string_view b, const mac_function& mac);

} // namespace evalbridge
