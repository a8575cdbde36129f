#pragma once
// What a client wants exported: which verdicts of a run, in which form, and from where on.

#include "mapping/cursor.hpp"
#include "mapping/page_request.hpp"

namespace evalbridge {

enum class export_format { ndjson, csv, junit };
std::string_view name_of(export_format format);

struct export_request {
    export_format format = export_format::ndjson;
    verdict_filter filter;
    bool raw = false;     ///< the vendor's JSON with each row
    bool cursors = false; ///< lines between the rows that say how to go on
    bool byte_order_mark = false;
    bool guard = true;             ///< of CSV, against formulas
    bool require_terminal = false; ///< rather nothing than a part: a run that goes on is refused
    walk_position from;
    std::uint64_t rows_before = 0; ///< matching rows before `from`
    std::uint64_t skip = 0;        ///< matching rows to pass over from there
    bool goes_on = false;          ///< it was asked where to begin, be it at 0: it has no header

    /// How many rows of the list are left out at its beginning.
    std::uint64_t offset() const { return rows_before + skip; }
};

/// The query parameters it takes.
inline constexpr std::string_view export_parameters[] = {"format",   "passed",  "metric",          "level",
                                                         "trace_id", "include", "offset",          "cursor",
                                                         "bom",      "guard",   "require_terminal"};

/// Reads `format`, the filters, `include` (raw, cursor), `offset` or `cursor`, `bom`, `guard` and `require_terminal`.
/// A cursor carries filter and include; what is sent along must say the same.
/// Errors: invalid_request with a fault (in: query) for each bad value, for a parameter given twice, for what the
/// format has no place for, and for a cursor of another run, of a list that isn't an export, or that isn't ours.
result<export_request> read_export_request(query_parameters query, std::string_view run_id, const mac_function& mac);

/// The cursor of what follows `rows` rows of the list, counted from its first.
std::string make_export_cursor(const export_request& request, std::uint64_t rows, walk_position next,
                               std::string_view run_id, const mac_function& mac);

} // namespace evalbridge
