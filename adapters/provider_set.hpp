#pragma once
// The providers of one shard, by name.

#include "adapters/provider.hpp"

#include <map>
#include <memory>
#include <string>

namespace evalbridge {

class provider_set {
  public:
    void add(std::unique_ptr<provider> p);
    /// Null when there is none of that name.
    provider* find(std::string_view name) const;
    /// In the order they were configured.
    const std::vector<std::unique_ptr<provider>>& all() const { return providers_; }

  private:
    std::vector<std::unique_ptr<provider>> providers_;
    std::map<std::string, provider*, std::less<>> by_name_;
};

} // namespace evalbridge
