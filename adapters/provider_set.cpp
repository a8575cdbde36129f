#include "adapters/provider_set.hpp"

namespace evalbridge {

void provider_set::add(std::unique_ptr<provider> p) {
    by_name_.emplace(p->name(), p.get());
    providers_.push_back(std::move(p));
}

provider* provider_set::find(std::string_view name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : at->second;
}

} // namespace evalbridge
