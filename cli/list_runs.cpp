#include "cli/runs_parts.hpp"
#include "cli/show.hpp"
#include "cli/show_list.hpp"
#include "cli/verdict_filter.hpp"

#include <CLI/CLI.hpp>

namespace evalbridge::cli {
namespace {

struct list_command {
    connection_flags connection;
    std::string provider, suite, group, status, outcome, after, before, text, sort;
    std::vector<std::string> labels;
    bool refresh = false;
    std::uint64_t limit = 50;
    bool all = false;
    bool as_json = false;
};

std::string query_of(const list_command& command) {
    std::string out;
    const std::pair<const char*, const std::string&> parameters[] = {
        {"provider", command.provider},     {"suite", command.suite},     {"group", command.group},
        {"status", command.status},         {"outcome", command.outcome}, {"created_after", command.after},
        {"created_before", command.before}, {"text", command.text}};
    for (const auto& [name, value] : parameters)
        add_parameter(out, name, value);
    for (const auto& each : command.labels)
        add_parameter(out, "label", each);
    return out;
}

int list(const list_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    const auto filters = query_of(command);
    listing<run_view> runs{"/v1/runs",      filters,  !filters.empty(), command.all ? 0 : command.limit,
                           command.as_json, read_run, show_runs,        runs_footer};
    add_parameter(runs.query, "sort", command.sort);
    add_parameter(runs.query, "refresh", command.refresh ? "true" : "");
    return show_list(*from, runs, to);
}

} // namespace

void add_runs_list(CLI::App& runs, action& chosen) {
    auto flags = std::make_shared<list_command>();
    constexpr const char* which = "Which";
    runs.add_option("--provider", flags->provider, "Of this provider")->type_name("NAME")->group(which);
    runs.add_option("--suite", flags->suite, "Of this suite")->type_name("NAME")->group(which);
    runs.add_option("--group", flags->group, "Started together")->type_name("ID")->group(which);
    runs.add_option("--status", flags->status, "In one of these, separated by commas")
        ->type_name("STATUS")
        ->group(which);
    runs.add_option("--outcome", flags->outcome, "none: those that nothing was decided of")
        ->check(CLI::IsMember({"passed", "failed", "none"}).description(""))
        ->type_name("passed|failed|none")
        ->group(which);
    runs.add_option("--label", flags->labels, "With this label; again for more, which they must all have")
        ->type_name("NAME[=VALUE]")
        ->group(which);
    runs.add_option("--after", flags->after, "Created at that time or later: 2026-05-10T08:00:00Z")
        ->type_name("TIME")
        ->group(which);
    runs.add_option("--before", flags->before, "Created before that time")->type_name("TIME")->group(which);
    runs.add_option("--text", flags->text, "Whose name, description, agent or id has this text")
        ->type_name("TEXT")
        ->group(which);
    runs.add_option("--sort", flags->sort, "By created_at, finished_at or name; with - before it the last first")
        ->check(CLI::IsMember({"created_at", "-created_at", "finished_at", "-finished_at", "name", "-name"})
                    .description(""))
        ->type_name("ORDER");
    runs.add_flag("--refresh", flags->refresh, "Ask the providers first for news of those that go on");
    add_count(runs, "-n,--limit", flags->limit, "How many to show; 0: all");
    runs.add_flag("--all", flags->all, "Show all, however many there are");
    runs.add_flag("--json", flags->as_json, "Print each run as the API gives it, one a line");
    add_connection_flags(runs, flags->connection);
    runs.footer(R"(
Examples:
  evalbridge runs --status running,pending
  evalbridge runs --suite checkout-nightly --outcome failed --after 2026-05-01T00:00:00Z
  evalbridge runs --all --json > runs.ndjson)");
    runs.callback([flags, &runs, &chosen] {
        if (runs.get_subcommands().empty())
            chosen = [flags](const console& to) { return list(*flags, to); };
    });
}

} // namespace evalbridge::cli
