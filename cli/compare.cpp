#include "base/percent.hpp"
#include "cli/command.hpp"
#include "cli/follow.hpp"
#include "cli/raw_json.hpp"
#include "cli/show_comparison.hpp"
#include "cli/walk.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

struct compare_command {
    connection_flags connection;
    std::string a, b;
    std::string join;
    std::vector<std::string> metrics;
    std::string only;
    std::string fail_on;
    std::uint64_t min_pairs = 0;
    std::uint64_t flips = 10;
    bool as_json = false;
};

std::string query_of(const compare_command& command) {
    std::string out;
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty())
            out.append(out.empty() ? "" : "&").append(name).append("=").append(encode_query(value));
    };
    add("join", command.join);
    for (const auto& each : command.metrics)
        add("metric", each);
    add("min_pairs", command.min_pairs > 0 ? std::to_string(command.min_pairs) : "");
    add("flips", command.only);
    return out;
}

/// `/v1/runs/A/compare/B`
std::string target_of(const compare_command& command) {
    const auto b = run_target(command.b);
    return run_target(command.a) + "/compare/" + b.substr(b.rfind('/') + 1);
}

json::value parsed(std::string_view text) {
    boost::system::error_code code;
    return json::parse(json::string_view(text.data(), text.size()), code);
}

void print_json(const console& to, const std::string& comparison, const std::vector<std::string>& flips) {
    to.out << R"({"comparison":)" << comparison << R"(,"flips":[)";
    for (std::size_t i = 0; i < flips.size(); ++i)
        to.out << (i > 0 ? "," : "") << flips[i];
    to.out << "]}\n";
}

void print_text(const console& to, const json::value& comparison, const std::vector<std::string>& flips,
                const page_view& last) {
    show_comparison(to, comparison);
    if (flips.empty())
        return;
    std::vector<json::value> rows;
    for (const auto& each : flips)
        rows.push_back(parsed(each));
    show_flips(to, rows);
    if (last.next_cursor && last.total)
        to.out << "The first " << flips.size() << " of " << *last.total
               << " flips; --flips 0 shows all, --json every field.\n";
}

int gate(const console& to, const json::value& comparison) {
    const auto reasons = regressions_of(comparison);
    for (const auto& each : reasons)
        to.err << "failed: " << each << '\n';
    return reasons.empty() ? exit_done : exit_failed;
}

int compare(const compare_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    std::string body;
    const auto look = [&](const std::string& first) { body = first; };
    std::vector<std::string> flips;
    const auto take = [&](const std::string& element) { flips.push_back(element); };
    const auto walked = walk(*from, target_of(command), query_of(command), command.flips, take, to.err, look);
    const auto comparison = member_of(body, "comparison");
    if (!comparison && !walked.failed) {
        to.err << "error: the answer from " << from->url() << " has no comparison\n";
        return exit_failed;
    }
    const auto read = comparison ? parsed(*comparison) : json::value();
    if (comparison && command.as_json)
        print_json(to, *comparison, flips);
    else if (comparison)
        print_text(to, read, flips, walked.last);
    to.out.flush();
    if (walked.failed) {
        const int code = report(*walked.failed, *from, to);
        if (comparison)
            to.err << "The list of flips above is not complete.\n";
        return code;
    }
    return command.fail_on.empty() ? exit_done : gate(to, read);
}

} // namespace

void add_compare(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("compare", "Compare two runs of any providers: what changed from A to B");
    auto flags = std::make_shared<compare_command>();
    flags->connection.timeout = 2min;
    command->add_option("a", flags->a, "The run that is compared with")->required()->type_name("A");
    command->add_option("b", flags->b, "The run that is compared")->required()->type_name("B");
    constexpr const char* what = "What";
    command
        ->add_option("--join", flags->join,
                     "How items of both runs are known to be the same; input: where their trace ids differ")
        ->check(CLI::IsMember({"trace_id", "input"}).description(""))
        ->type_name("trace_id|input")
        ->group(what);
    command->add_option("-m,--metric", flags->metrics, "This metric alone: a name or an id; again for more")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->group(what);
    command->add_option("--min-pairs", flags->min_pairs, "No statistics of fewer pairs than this (default 20)")
        ->check(CLI::Range(1, 1'000'000).description(""))
        ->type_name("N")
        ->group(what);
    command->add_option("--only", flags->only, "List these flips alone")
        ->check(CLI::IsMember({"regressions", "improvements"}).description(""))
        ->type_name("regressions|improvements")
        ->group(what);
    add_count(*command, "--flips", flags->flips, "How many flips to list; 0: all");
    command->get_option("--flips")->group(what);
    command
        ->add_option("--fail-on", flags->fail_on,
                     "regression: end with 1 where a metric passes significantly less in B, or nothing could be tested")
        ->check(CLI::IsMember({"regression"}).description(""))
        ->type_name("regression");
    command->add_flag("--json", flags->as_json, "Print the comparison and its flips as the API gives them, one object");
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
Examples:
  evalbridge compare staso-prod:5d0c... staso-prod:77aa... --metric task_completion_rate --fail-on regression
  evalbridge compare gradient-prod:1f2e... gradient-prod:9a3c... --join input --only regressions --flips 0 --json)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return compare(*flags, to); }; });
}

} // namespace evalbridge::cli
