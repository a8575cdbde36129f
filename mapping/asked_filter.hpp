#pragma once
// A filter on verdicts as a request's query gives it: the same parameters for every list and export of them.

#include "mapping/paging.hpp"
#include "mapping/query_reader.hpp"

namespace evalbridge {

/// Parameter by parameter; empty where it wasn't given, or was wrong.
struct asked_filter {
    std::optional<verdict_filter::passed_is> passed;
    std::optional<verdict_filter::levels> level;
    std::optional<std::string> metric, trace_id;

    verdict_filter filter() const;
};

/// `passed`, `level`, `metric` and `trace_id`.
asked_filter read_filter(query_reader& in);
/// A walk that goes on by a cursor may name its filter again, but no other one.
void must_equal(query_reader& in, const asked_filter& asked, const verdict_filter& of_cursor);

} // namespace evalbridge
