#pragma once
// What both vendors of one sandbox share.

#include "sandbox/sandbox_clock.hpp"
#include "sandbox/scenario.hpp"
#include "sandbox/traces.hpp"

namespace evalbridge::sandbox {

struct world {
    std::uint64_t seed = 1;
    double speed = 1;
    sandbox_clock clock;
    trace_store traces;
    scenario current = ordinary_scenario();

    /// The plan of the runs that are there from the start: it ends within a minute at any speed.
    run_plan seeded_plan() const {
        run_plan plan;
        plan.seconds = 60 * speed;
        return plan;
    }
    /// What a run of `seconds` takes here.
    milliseconds scaled(double seconds) const {
        return milliseconds(static_cast<milliseconds::rep>(seconds * 1000 / speed));
    }
};

} // namespace evalbridge::sandbox
