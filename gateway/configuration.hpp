#pragma once
// Everything that a configuration file says, as plain structs: the server's own part (read by config/) and the
// providers, whose blocks the registry's vendors read.

#include "adapters/registry.hpp"
#include "config/settings.hpp"
#include "mapping/suite.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace evalbridge {

struct provider_configuration {
    std::string name;
    const vendor_entry* vendor = nullptr;
    upstream_options upstream;
    std::shared_ptr<const vendor_options> options;
};

struct configuration {
    config::settings settings;
    std::vector<provider_configuration> providers; ///< in document order
    suite_map suites;
};

/// Every fault of the file and of the metric dictionary it names, at once; nothing is started or contacted.
std::variant<configuration, std::vector<config::fault>> load_configuration(const std::filesystem::path& file,
                                                                           vendor_list known);

} // namespace evalbridge
