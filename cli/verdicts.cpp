#include "base/percent.hpp"
#include "cli/command.hpp"
#include "cli/follow.hpp"
#include "cli/show.hpp"
#include "cli/walk.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

struct verdicts_command {
    connection_flags connection;
    std::string id;
    std::string passed;
    std::string metric;
    std::string trace;
    std::string level;
    std::uint64_t limit = 50;
    bool as_json = false;
};

std::string query_of(const verdicts_command& command) {
    std::string out;
    const std::pair<const char*, const std::string&> parameters[] = {
        {"passed", command.passed}, {"metric", command.metric}, {"trace_id", command.trace}, {"level", command.level}};
    for (const auto& [name, value] : parameters)
        if (!value.empty())
            out += (out.empty() ? "" : "&") + std::string(name) + '=' + encode_query(value);
    return out;
}

int show(const verdicts_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    const auto query = query_of(command);
    std::vector<verdict_view> rows;
    const auto take = [&](const std::string& element) {
        if (command.as_json) {
            to.out << element << '\n';
            return;
        }
        boost::system::error_code code;
        rows.push_back(read_verdict(json::parse(json::string_view(element.data(), element.size()), code)));
    };
    const auto walked = walk(*from, run_target(command.id) + "/verdicts", query, command.limit, take, to.err);
    if (!rows.empty())
        show_verdicts(to, rows);
    to.out.flush();
    if (walked.failed) {
        const int code = report(*walked.failed, *from, to);
        if (walked.taken > 0)
            to.err << "The list above is not complete.\n";
        return code;
    }
    if (!command.as_json)
        to.out << verdicts_footer(walked.taken, walked.last, !query.empty()) << '\n';
    return exit_done;
}

} // namespace

void add_verdicts(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("verdicts", "List what a run found: one row for each item and metric");
    auto flags = std::make_shared<verdicts_command>();
    command->add_option("id", flags->id, "The run's id, <provider>:<native id>")->required()->type_name("RUN");
    constexpr const char* group = "Which";
    command->add_option("--passed", flags->passed, "null: those that nothing decided")
        ->check(CLI::IsMember({"true", "false", "null"}).description(""))
        ->type_name("true|false|null")
        ->group(group);
    command->add_option("-m,--metric", flags->metric, "Of this metric: a name or an id")
        ->type_name("NAME")
        ->group(group);
    command->add_option("--trace", flags->trace, "Of this trace")->type_name("ID")->group(group);
    command->add_option("--level", flags->level, "Of whole items (the default), of spans inside them, or both")
        ->check(CLI::IsMember({"item", "span", "all"}).description(""))
        ->type_name("item|span|all")
        ->group(group);
    command->add_option("-n,--limit", flags->limit, "How many to show; 0: all")
        ->check(CLI::NonNegativeNumber.description(""))
        ->type_name("N")
        ->capture_default_str();
    command->add_flag("--json", flags->as_json, "Print each verdict as the API gives it, one a line");
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
Examples:
  evalbridge verdicts staso-prod:5d0c... --passed false
  evalbridge verdicts gradient-prod:1f2e... --metric correctness --level all --limit 0 --json > verdicts.ndjson)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return show(*flags, to); }; });
}

} // namespace evalbridge::cli
