#include "cli/command.hpp"
#include "cli/ending.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;

struct watch_command {
    connection_flags connection;
    std::vector<std::string> ids;
    std::chrono::milliseconds give_up{0}; ///< 0: never
    bool as_json = false;
};

int watch(const watch_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    std::vector<run_view> runs;
    for (const auto& id : command.ids) {
        const auto same = [&](const run_view& each) { return each.id == id; };
        if (std::none_of(runs.begin(), runs.end(), same))
            runs.emplace_back().id = id;
    }
    follow_options options;
    options.chance = make_random_source();
    if (command.give_up > 0ms)
        options.give_up = command.give_up;
    if (command.as_json)
        options.each = [&to](const std::string& data) { to.out << data << std::endl; };
    return follow_to_the_end(*from, to, runs, options, command.as_json ? output::lines : output::text);
}

} // namespace

void add_watch(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("watch", "Follow runs to their end and show their summaries");
    auto flags = std::make_shared<watch_command>();
    command->add_option("id", flags->ids, "The run's id, <provider>:<native id>; or several")
        ->required()
        ->type_name("RUN");
    add_interval(*command, "--give-up", flags->give_up, 1s, 24h, "End with 1 when it takes longer (default: never)");
    command->add_flag("--json", flags->as_json, "Print what the gateway tells of them as JSON, a line each (NDJSON)");
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
Shows and ends with what `run --wait` does: 0 only if every run completed and its provider failed none of them. The last
line that --json prints of a run has `run`, `summary` and `problem`; the lines before it are the run as it changes. One
with `quiet_seconds` says that nothing has changed for so long. Interrupting it doesn't stop the runs.

Examples:
  evalbridge watch staso-prod:5d0c...
  evalbridge watch gradient-prod:1f2e... --give-up 30m --json)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return watch(*flags, to); }; });
}

} // namespace evalbridge::cli
