#include "adapters/registry.hpp"
#include "cli/command.hpp"
#include "cli/until_signal.hpp"
#include "gateway/app.hpp"
#include "mapping/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace {

std::string ready_line(const std::string& listen) {
    std::string line;
    json_writer out(line);
    out.begin_object();
    out.key("event").string("ready");
    out.key("listen").string(listen);
    out.end_object();
    return line;
}

int serve(const std::string& file, const console& to) {
    auto loaded = load_configuration(file, vendors());
    if (const auto* faults = std::get_if<std::vector<config::fault>>(&loaded)) {
        for (const auto& each : *faults)
            to.err << "error: " << config::to_string(each) << '\n';
        return exit_failed;
    }
    auto& read = std::get<configuration>(loaded);
    const auto log = make_stderr_logger(read.settings.least_log);
    try {
        app gateway(std::move(read), *log);
        const until_signal signals([&] { gateway.drain(); });
        to.out << ready_line(gateway.listen_address()) << std::endl;
        gateway.run();
    } catch (const start_up_error& failed) {
        to.err << "error: " << failed.what() << '\n';
        return exit_failed;
    }
    return exit_done;
}

} // namespace

void add_serve(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("serve", "Run the gateway");
    auto file = std::make_shared<std::string>();
    command->add_option("-c,--config", *file, "The configuration file (docs/configuration.md)")
        ->required()
        ->type_name("FILE");
    command->footer(R"(
Prints {"event":"ready","listen":"ADDRESS:PORT"} on stdout when it takes requests; logs go to stderr as JSON lines.
SIGTERM or SIGINT lets what is in flight finish and ends it with 0; a second one ends it at once with 1.

Example:
  evalbridge serve --config config/sandbox.yaml)");
    command->callback([file, &chosen] { chosen = [file](const console& to) { return serve(*file, to); }; });
}

} // namespace evalbridge::cli
