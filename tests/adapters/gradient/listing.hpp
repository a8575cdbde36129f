#pragma once
// Lists of a paged vendor, as tests ask for them.

#include "tests/adapters/gradient/gradient_bench.hpp"
#include "tests/adapters/gradient/paged_vendor.hpp"

namespace evalbridge::gradient {

inline std::shared_ptr<paged_vendor> vendor_of(std::uint64_t prompts, int metrics = 1) {
    auto out = std::make_shared<paged_vendor>();
    for (std::uint64_t i = 0; i < prompts; ++i) {
        std::vector<std::string> results;
        for (int m = 0; m < metrics; ++m)
            results.push_back(m == 0 ? metric_json("Correctness (general hallucinations)", i % 2 ? 90 : 10)
                                     : metric_json("metric " + std::to_string(m), 1));
        out->prompts.push_back(prompt_json(i, results));
    }
    return out;
}

struct listing {
    explicit listing(std::shared_ptr<paged_vendor> served, options with = {})
        : vendor(std::move(served)), on(paged_vendor::served_by(vendor), with) {}

    result<page<run_result>> results(std::uint64_t offset, std::uint32_t limit, const verdict_filter& filter = {}) {
        const list_window window{{}, 0, offset, limit};
        return on.run(on.provider().list_results("run-1", filter, window, on.plain, on.any_call));
    }
    result<page<verdict>> verdicts(std::uint64_t offset, std::uint32_t limit, const verdict_filter& filter = {}) {
        const list_window window{{}, 0, offset, limit};
        return on.run(on.provider().list_verdicts("run-1", filter, window, on.plain, on.any_call));
    }
    std::vector<std::string> pages() const {
        std::vector<std::string> out;
        for (const auto& each : on.wire.requests)
            if (const auto at = each.target.find("/results?"); at != std::string::npos)
                out.push_back(each.target.substr(at + 9));
        return out;
    }
    std::shared_ptr<paged_vendor> vendor;
    bench on;
};

using texts = std::vector<std::string>;

} // namespace evalbridge::gradient
