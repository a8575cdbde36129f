#pragma once
// What the conformance suite needs to know of a vendor: its registry entry, and its server in miniature.

#include "adapters/provider.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace evalbridge::conformance {

/// What a vendor's server holds: one run with `items` items, each measured by `metrics` metrics. Item i passes metric m
/// when (i + m) is even, as far as the vendor has a word for it.
struct shape {
    int items = 3;
    int metrics = 2;
    std::string status; ///< native text
};

struct status_row {
    std::string native;
    run_status unified;
};

struct vendor_under_test {
    const vendor_entry* entry;
    std::string block;   ///< the vendor's own keys, as YAML
    run_spec spec;       ///< one that the vendor takes
    run_spec impossible; ///< one that it can't do
    std::string done;    ///< native text of the status of a completed run
    std::vector<status_row> statuses;
    bool names_runs = true; ///< whether a create sends a name
    bool judges;            ///< whether its own answers say who passed
    /// The vendor's answer to a request, for a server of this shape.
    std::function<http_response(const http_request&, const shape&)> answer;
};

const std::vector<vendor_under_test>& all_under_test();

vendor_under_test staso_under_test();
vendor_under_test gradient_under_test();
vendor_under_test toy_under_test();

/// A 200 answer.
http_response json_answer(std::string body, int status = 200);
/// The value of a query parameter of the target, or the fallback.
std::string query_value(const http_request& request, std::string_view name, std::string fallback);

} // namespace evalbridge::conformance
