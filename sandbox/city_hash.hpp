#pragma once
// ClickHouse's cityHash64, which is CityHash v1.0.2 and gives other values than today's CityHash64. Staso's sampling
// is published in its terms: keep a trace iff cityHash64(trace_id) % 100 < sample_pct.

#include <cstdint>
#include <string_view>

namespace evalbridge::sandbox {

std::uint64_t city_hash_64(std::string_view bytes);

/// Whether a sample of `percent` (1..100) keeps the trace: the same answer on every run.
bool is_sampled(std::string_view trace_id, int percent);

} // namespace evalbridge::sandbox
