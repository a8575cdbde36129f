#pragma once
// Unified requests as the vendor's. Pure; the same arguments always give the same bytes.

#include "adapters/staso/options.hpp"

#include <optional>
#include <string_view>

namespace evalbridge::staso {

/// The name sent where the spec has none: every documented example sends one, and whether the vendor needs it isn't
/// told.
inline constexpr std::string_view default_run_name = "evalbridge run";

/// A page of a run's verdicts. The vendor's default limit isn't documented, so both numbers are always sent.
struct verdict_query {
    std::optional<bool> passed;
    std::uint64_t offset = 0;
    std::uint32_t limit = 1;
};

/// Bytes of a run's name, with our tag. The vendor documents no limit; this is what most servers of its kind take.
inline constexpr std::size_t longest_tagged_name = 255;

/// A page of the account's runs.
struct run_query {
    std::uint64_t offset = 0;
    std::uint32_t limit = 1;
};

/// `unsupported`, with a fault for every member this vendor can't do.
result<void> check_spec(const run_spec& spec, std::string_view provider_name, const options& o);

/// For a spec that passed check_spec.
http_request encode_create(const run_spec& spec, const options& o, const metric_dictionary& dictionary);
http_request encode_list_runs(const run_query& query, const options& o);
http_request encode_get(std::string_view native_id, const options& o);
http_request encode_cancel(std::string_view native_id, const options& o);
http_request encode_verdicts(std::string_view native_id, const verdict_query& query, const options& o);
http_request encode_summary(std::string_view native_id, const options& o);

/// False for ids that would change the path they stand in however they are encoded: "", "." and "..".
bool is_addressable(std::string_view native_id);

} // namespace evalbridge::staso
