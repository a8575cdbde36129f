#pragma once
// One canonical name for the same metric of several vendors, with what is known of it. Read from YAML by config/,
// asked by the adapters; an unlisted metric passes through under its own name.

#include "mapping/metric.hpp"

#include <functional>
#include <map>
#include <unordered_map>

namespace evalbridge {

struct metric_definition {
    std::string name; ///< canonical
    std::optional<std::string> description;
    std::optional<metric_kind> kind;
    metric_traits traits;
    std::map<std::string, std::vector<std::string>> native; ///< vendor -> its names or ids of the metric
};

class metric_dictionary {
  public:
    metric_dictionary() = default;
    /// The definitions in the order given. A native name listed under two definitions of one vendor: the first wins;
    /// config/ refuses that before it gets here.
    explicit metric_dictionary(std::vector<metric_definition> definitions);

    /// The definition that lists this id (exactly) for the vendor; failing that, the one that lists this name
    /// (ASCII case-insensitive); failing that, the one whose canonical name it is. Null when none does. The pointer
    /// lives as long as the dictionary.
    const metric_definition* find(std::string_view vendor, std::string_view native_name,
                                  std::optional<std::string_view> native_id = {}) const;
    /// ASCII case-insensitive.
    const metric_definition* find_canonical(std::string_view name) const;
    /// The vendor's own name for what a client named: the first native name of that canonical metric, or `name`
    /// itself where the dictionary doesn't know it or lists nothing for the vendor.
    std::string native_name_for(std::string_view vendor, std::string_view name) const;
    const std::vector<metric_definition>& definitions() const { return definitions_; }

  private:
    // Looked up once a verdict: by view, without building a key.
    struct exact_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const;
    };
    struct folded_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const;
    };
    struct folded_equal {
        using is_transparent = void;
        bool operator()(std::string_view a, std::string_view b) const;
    };
    using by_id = std::unordered_map<std::string, std::size_t, exact_hash, std::equal_to<>>;
    using by_name = std::unordered_map<std::string, std::size_t, folded_hash, folded_equal>;
    struct native_index {
        by_id ids;
        by_name names;
    };

    std::vector<metric_definition> definitions_;
    std::map<std::string, native_index, std::less<>> natives_; ///< vendor -> its texts -> position of the definition
    by_name canonical_;
};

} // namespace evalbridge
