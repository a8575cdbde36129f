#include "base/percent.hpp"
#include "cli/command.hpp"
#include "cli/follow.hpp"
#include "cli/raw_json.hpp"
#include "cli/runs_parts.hpp"
#include "cli/show.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

struct show_command {
    connection_flags connection;
    std::string id;
    std::string include;
    bool as_json = false;
};

int show(const show_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    const auto query = command.include.empty() ? "" : "?include=" + encode_query(command.include);
    const auto got = from->get(run_target(command.id) + query);
    if (!got.ok())
        return report(got, *from, to);
    if (command.as_json) {
        to.out << trimmed(got.body) << '\n';
        return exit_done;
    }
    boost::system::error_code code;
    const auto run = json::parse(json::string_view(got.body.data(), got.body.size()), code);
    if (code) {
        to.err << "error: the answer from " << from->url() << " isn't JSON\n";
        return exit_failed;
    }
    show_run(to, run);
    return exit_done;
}

} // namespace

void add_runs_show(CLI::App& runs, action& chosen) {
    auto* command = runs.add_subcommand("show", "Show one run");
    auto flags = std::make_shared<show_command>();
    command->add_option("id", flags->id, "The run's id, <provider>:<native id>")->required()->type_name("RUN");
    command->add_option("--include", flags->include, "`raw`: the vendor's own answer too")
        ->check(CLI::IsMember({"raw"}).description(""))
        ->type_name("raw");
    command->add_flag("--json", flags->as_json, "Print the run as the API gives it");
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
Examples:
  evalbridge runs show staso-prod:5d0c...
  evalbridge runs show staso-prod:5d0c... --include raw --json)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return show(*flags, to); }; });
}

void add_runs(CLI::App& program, action& chosen) {
    auto* runs = program.add_subcommand("runs", "List the runs that are known, of every provider; show one");
    runs->require_subcommand(0, 1);
    add_runs_list(*runs, chosen);
    add_runs_show(*runs, chosen);
    add_runs_import(*runs, chosen);
}

} // namespace evalbridge::cli
