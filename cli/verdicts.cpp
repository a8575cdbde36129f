#include "cli/command.hpp"
#include "cli/follow.hpp"
#include "cli/show.hpp"
#include "cli/show_list.hpp"
#include "cli/verdict_filter.hpp"

#include <CLI/CLI.hpp>

namespace evalbridge::cli {
namespace {

struct verdicts_command {
    connection_flags connection;
    std::string id;
    verdict_filter_flags which;
    std::uint64_t limit = 50;
    bool as_json = false;
};

int show(const verdicts_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    listing<verdict_view> verdicts{run_target(command.id) + "/verdicts",
                                   {},
                                   command.which.any(),
                                   command.limit,
                                   command.as_json,
                                   read_verdict,
                                   show_verdicts,
                                   verdicts_footer};
    add_parameters(verdicts.query, command.which);
    return show_list(*from, verdicts, to);
}

} // namespace

void add_verdicts(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("verdicts", "List what a run found: one row for each item and metric");
    auto flags = std::make_shared<verdicts_command>();
    command->add_option("id", flags->id, "The run's id, <provider>:<native id>")->required()->type_name("RUN");
    add_verdict_filter(*command, flags->which);
    add_count(*command, "-n,--limit", flags->limit, "How many to show; 0: all");
    command->add_flag("--json", flags->as_json, "Print each verdict as the API gives it, one a line");
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
Examples:
  evalbridge verdicts staso-prod:5d0c... --passed false
  evalbridge verdicts gradient-prod:1f2e... --metric correctness --level all --limit 0 --json > verdicts.ndjson)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return show(*flags, to); }; });
}

} // namespace evalbridge::cli
