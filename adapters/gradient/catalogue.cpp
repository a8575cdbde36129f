#include "adapters/gradient/catalogue.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>

namespace evalbridge::gradient {
namespace {

std::string folded(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), fold_ascii);
    return out;
}

} // namespace

metric_catalogue::metric_catalogue(std::vector<metric_info> metrics) : metrics_(std::move(metrics)) {
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
        const auto& each = metrics_[i].metric;
        if (each.native_id)
            by_id_.emplace(*each.native_id, i);
        if (!each.native_name.empty())
            by_name_.emplace(folded(each.native_name), i);
    }
}

const metric_info* metric_catalogue::find(const metric_ref& metric) const {
    if (metric.native_id)
        if (const auto at = by_id_.find(*metric.native_id); at != by_id_.end())
            return &metrics_[at->second];
    if (const auto at = by_name_.find(folded(metric.native_name)); at != by_name_.end())
        return &metrics_[at->second];
    return nullptr;
}

bool is_star(const star_setting& star, const metric_ref& metric) {
    if (star.id && metric.native_id)
        return *star.id == *metric.native_id;
    return star.name && !metric.native_name.empty() && equal_folded(*star.name, metric.native_name);
}

} // namespace evalbridge::gradient
