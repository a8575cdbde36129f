#pragma once
// What a suite starts: a create on its primary and one on each shadow, recorded as one.

#include "mapping/suite_request.hpp"
#include "runs/creates.hpp"

#include <vector>

namespace evalbridge {

struct group_plan {
    group_record group;
    std::vector<create_record> members; ///< the primary first
};

/// Nothing is kept or sent. A shadow that can't be started is a member all the same, refused at once. Errors:
/// unsupported where the primary's provider can't do the suite's spec, with the spec's faults at `/suite`.
result<group_plan> plan_group(const run_creator& creator, const provider_set& providers, const create_request& asked,
                              const suite_request& request);

} // namespace evalbridge
