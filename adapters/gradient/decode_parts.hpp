#pragma once
// Pieces that several of the vendor's objects share.

#include "adapters/gradient/vocabulary.hpp"
#include "mapping/json_reader.hpp"
#include "mapping/run_result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace evalbridge::gradient {

/// As deep as the reader goes at all, so that `?include=raw` refuses nothing that is read without it.
inline constexpr std::size_t max_raw_depth = 1024;

/// The most metric results of one run, prompt or span. The vendor has a few dozen metrics.
inline constexpr std::size_t most_metric_results = 1'000;

/// A date-time. Empty for year 1 too: the vendor's zero value of a time that was never set.
std::optional<timestamp> read_time(json_reader in);
/// A number of things; empty for what is negative.
std::optional<std::uint64_t> read_count(json_reader in);
/// An APIEvaluationMetricResult.
measurement read_measurement(json_reader& in, bool raw);
/// A chunk, the same of a prompt and of a span.
chunk read_chunk(json_reader& in);

} // namespace evalbridge::gradient
