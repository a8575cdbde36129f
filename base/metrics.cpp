#include "base/metrics.hpp"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace evalbridge {

struct metrics::registry {
    // A family that is registered again under the same name and help is the one that is there.
    prometheus::Registry families{prometheus::Registry::InsertBehavior::Merge};
    mutable std::mutex mutex; ///< of `looks`
    std::vector<std::function<void()>> looks;
};

metrics::metrics() : registry_(std::make_unique<registry>()) {}
metrics::~metrics() = default;

metrics::counter& metrics::count(const std::string& name, const std::string& help, const labels& by) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_->families).Add(by);
}

metrics::gauge& metrics::level(const std::string& name, const std::string& help, const labels& by) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_->families).Add(by);
}

metrics::histogram& metrics::spread(const std::string& name, const std::string& help, const labels& by,
                                    const std::vector<double>& bounds) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_->families).Add(by, bounds);
}

void metrics::before_text(std::function<void()> look) {
    const std::lock_guard lock(registry_->mutex);
    registry_->looks.push_back(std::move(look));
}

std::string metrics::text() const {
    {
        const std::lock_guard lock(registry_->mutex);
        for (const auto& look : registry_->looks)
            look();
    }
    return prometheus::TextSerializer().Serialize(registry_->families.Collect());
}

} // namespace evalbridge
