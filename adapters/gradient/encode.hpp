#pragma once
// Requests to the vendor. Pure: the same arguments give the same bytes, so that a retry may encode again.

#include "base/error.hpp"
#include "mapping/run_spec.hpp"
#include "upstream/http_message.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace evalbridge::gradient {

/// `unsupported` with a fault for every member of the spec that this vendor can't do.
result<void> check_spec(const run_spec& spec);

/// POST /v2/gen-ai/evaluation_runs. The spec must have passed `check_spec`.
http_request encode_create_runs(const run_spec& spec);
/// GET .../evaluation_runs/{run}
http_request encode_get_run(std::string_view run);
/// GET .../evaluation_runs/{run}/results; page counts from 1. Both numbers are always sent: their defaults are
/// documented nowhere.
http_request encode_list_results(std::string_view run, std::uint64_t page, std::uint32_t per_page);
/// GET .../evaluation_runs/{run}/results/{prompt}
http_request encode_get_result(std::string_view run, std::int64_t prompt);
/// GET .../evaluation_test_cases/{test case}; its latest version where none is given.
http_request encode_get_test_case(std::string_view test_case, std::optional<std::int64_t> version);
/// GET .../evaluation_test_cases/{test case}/evaluation_runs, of every version. The vendor has no pages of it.
http_request encode_list_runs(std::string_view test_case);
/// GET .../evaluation_metrics
http_request encode_list_metrics();

/// Whether the vendor can have a run, or a test case, of that id: not empty, at most 512 bytes, without '/', control
/// bytes or dot segments.
bool is_native_id(std::string_view id);
/// A prompt id as we write it: a decimal 64-bit integer in its shortest form. Empty for anything else.
std::optional<std::int64_t> parse_prompt_id(std::string_view id);

/// The name of a run that was given none: the vendor's own clients require one.
inline constexpr std::string_view default_run_name = "evalbridge run";

/// Bytes of a run's name, with our tag. The vendor documents 255 characters for a sibling's name only, and appends a
/// suffix of its own, which mustn't push the tag out.
inline constexpr std::size_t longest_tagged_name = 200;

} // namespace evalbridge::gradient
