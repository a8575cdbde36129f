#include "adapters/registry.hpp"
#include "cli/command.hpp"
#include "gateway/configuration.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace {

std::string plural(std::size_t count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

int check_config(const std::string& file, const console& to) {
    const auto loaded = load_configuration(file, vendors());
    if (const auto* faults = std::get_if<std::vector<config::fault>>(&loaded)) {
        for (const auto& each : *faults)
            to.err << config::to_string(each) << '\n';
        to.err << plural(faults->size(), "fault") << '\n';
        return exit_failed;
    }
    const auto& read = std::get<configuration>(loaded);
    const auto& server = read.settings.server;
    const bool v6 = server.host.find(':') != std::string::npos;
    to.out << file << ": no faults; listens on " << (v6 ? "[" + server.host + "]" : server.host) << ':' << server.port
           << ", " << plural(read.providers.size(), "provider") << ", "
           << (read.settings.keys.empty() ? "no keys (auth: none)" : plural(read.settings.keys.size(), "key")) << ", "
           << plural(read.settings.dictionary.definitions().size(), "metric") << '\n';
    return exit_done;
}

} // namespace

void add_check_config(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("check-config",
                                           "Read a configuration and report every fault, with file, line and column");
    auto file = std::make_shared<std::string>();
    command->add_option("file", *file, "The configuration file")->required()->type_name("FILE");
    command->footer(R"(
Starts nothing and contacts nobody. Secrets are looked up, so run it where the gateway will run, but never printed.
Ends with 0 where there is no fault, with 1 where there is one.

Example:
  evalbridge check-config config/example.yaml)");
    command->callback([file, &chosen] { chosen = [file](const console& to) { return check_config(*file, to); }; });
}

} // namespace evalbridge::cli
