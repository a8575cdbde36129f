#include "adapters/staso/results.hpp"

namespace evalbridge::staso {

void result_grouping::add(verdict&& v) {
    const auto [at, is_new] = index_.emplace(v.result_id, results_.size());
    if (is_new) {
        auto& r = results_.emplace_back();
        r.id = v.result_id;
        r.run_id = v.run_id;
        r.trace_id = v.trace_id;
    }
    results_[at->second].verdicts.push_back(std::move(v));
}

} // namespace evalbridge::staso
