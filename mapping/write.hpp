#pragma once
// The unified objects as JSON: the one place where the API's member names and their order stand.

#include "mapping/json_writer.hpp"
#include "mapping/paging.hpp"
#include "mapping/run.hpp"
#include "mapping/run_result.hpp"
#include "mapping/summary.hpp"

namespace evalbridge {

void write(json_writer& out, const run& r);
void write(json_writer& out, const run_result& r);
void write(json_writer& out, const verdict& v);
void write(json_writer& out, const summary& s);
void write(json_writer& out, const metric_info& m);
void write(json_writer& out, const scope& s);

/// The `page` member of a list's answer.
struct page_info {
    std::uint32_t limit = 0;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> number; ///< page number where the offset is a multiple of the limit
    std::optional<std::uint64_t> total;
    bool has_more = false;
    std::optional<std::string> next_cursor;
    std::optional<bool> run_terminal;
    std::optional<std::uint64_t> as_of; ///< of lists of runs; left out of others
};
void write(json_writer& out, const page_info& p);

} // namespace evalbridge
