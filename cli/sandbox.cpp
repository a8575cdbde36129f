#include "sandbox/server.hpp"

#include "cli/command.hpp"
#include "cli/until_signal.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace {

int serve_sandbox(const sandbox::options& options, const console& to) {
    try {
        sandbox::server server(options);
        const until_signal signals([&] { server.stop(); });
        to.out << server.ready_line() << std::endl;
        server.run();
    } catch (const std::runtime_error& failed) {
        to.err << "error: " << failed.what() << '\n';
        return exit_failed;
    }
    return exit_done;
}

} // namespace

void add_sandbox(CLI::App& program, action& chosen) {
    auto* command =
        program.add_subcommand("sandbox", "Serve both vendors' APIs on this machine, to try and test against");
    auto options = std::make_shared<sandbox::options>();
    auto scenario = std::make_shared<std::string>();
    command->add_option("--staso-port", options->staso_port, "0 picks a free one")
        ->type_name("PORT")
        ->capture_default_str();
    command->add_option("--gradient-port", options->gradient_port, "0 picks a free one")
        ->type_name("PORT")
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Ids, keys and chance all follow from it")
        ->type_name("N")
        ->capture_default_str();
    command->add_option("--speed", options->speed, "Runs take this many times less long")
        ->type_name("X")
        ->check(CLI::Range(0.001, 1e6).description(""))
        ->capture_default_str();
    command->add_option("--scenario", *scenario, "Faults and delays to show (docs/sandbox.md)")->type_name("FILE");
    command->add_flag("--tls", options->tls, "Serve https with certificates of its own");
    command->footer(R"(
Prints one line of JSON on stdout when it takes requests: both addresses, and under "samples" working credentials and ids.
With --tls, "ca_file" is the authority to trust (a provider's ca_file).
Everything but certificates follows from the seed: the same requests get the same answers.

Examples:
  evalbridge sandbox
  evalbridge sandbox --staso-port 18081 --gradient-port 18082 --speed 10)");
    command->callback([=, &chosen] {
        if (!scenario->empty())
            options->scenario = *scenario;
        chosen = [options](const console& to) { return serve_sandbox(*options, to); };
    });
}

} // namespace evalbridge::cli
