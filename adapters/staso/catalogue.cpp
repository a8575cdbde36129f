#include "adapters/staso/catalogue.hpp"

#include "adapters/staso/decode.hpp"
#include "adapters/staso/vocabulary.hpp"

#include "mapping/judgement.hpp"

namespace evalbridge::staso {

std::vector<metric_info> built_in_metrics(std::string_view provider, const metric_dictionary& dictionary) {
    std::vector<metric_info> metrics;
    for (const auto& built_in : zero_configs()) {
        const auto* definition = dictionary.find(vendor_name, built_in.name);
        metric_traits documented;
        documented.direction = built_in.direction;
        metric_info info;
        info.metric = make_metric(definition, built_in.name, {}, built_in.kind);
        info.provider = provider;
        info.description = built_in.description;
        info.traits = merge_traits(definition ? &definition->traits : nullptr, &documented);
        info.type = value_type::number;
        info.in_dictionary = definition != nullptr;
        info.mapping.push_back(
            {note_kind::derived, "metric", "from the vendor's documentation: it has no catalogue route"});
        metrics.push_back(std::move(info));
    }
    return metrics;
}

} // namespace evalbridge::staso
