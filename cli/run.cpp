#include "base/request_id.hpp"
#include "cli/command.hpp"
#include "cli/ending.hpp"
#include "cli/raw_json.hpp"
#include "cli/spec.hpp"
#include "cli/text.hpp"
#include "config/file.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <iterator>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

constexpr auto create_patience = 60s;
constexpr std::size_t max_spec_bytes = 1024 * 1024;

struct run_command {
    connection_flags connection;
    run_flags spec;
    std::string spec_file;
    std::optional<std::string> idempotency_key;
    bool wait = false;
    std::chrono::milliseconds poll{2000};
    std::chrono::milliseconds give_up{0}; ///< 0: never
    bool as_json = false;
};

/// The spec file's text, `-` being standard input.
bool read_spec_file(const std::string& name, const console& to, std::optional<std::string>& text) {
    if (name.empty())
        return true;
    std::string reason;
    text.emplace();
    if (name == "-") {
        text->assign(std::istreambuf_iterator<char>(std::cin), {});
        reason = text->size() > max_spec_bytes ? "is too large" : "";
    } else {
        reason = config::read_file(name, max_spec_bytes, *text);
    }
    if (!reason.empty())
        to.err << "error: --spec " << name << ' ' << reason << '\n';
    return reason.empty();
}

std::string text_in(const json::value& object, std::string_view key) {
    const auto* found = object.is_object() ? object.get_object().if_contains(key) : nullptr;
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

struct started {
    std::vector<run_view> runs;
    std::vector<std::string> bodies;
};

result<started> read_started(const answer& got) {
    auto bodies = elements_of(got.body, "runs");
    if (!bodies)
        return bodies.error();
    started out;
    for (const auto& each : *bodies) {
        boost::system::error_code code;
        out.runs.push_back(read_run(json::parse(json::string_view(each.data(), each.size()), code)));
        if (code || out.runs.back().id.empty())
            return error(errc::provider_malformed).because("a run without an id");
    }
    out.bodies = std::move(*bodies);
    return out;
}

/// What a suite started, and what it didn't, a line for each provider: a shadow's failure fails nothing else.
void show_group(const std::string& body, const console& to) {
    boost::system::error_code code;
    const auto answered = json::parse(json::string_view(body.data(), body.size()), code);
    const auto* group = code || !answered.is_object() ? nullptr : answered.get_object().if_contains("group");
    const auto* members = group && group->is_object() ? group->get_object().if_contains("members") : nullptr;
    if (!members || !members->is_array())
        return;
    to.err << "group " << on_one_line(text_in(*group, "id")) << '\n';
    for (const auto& each : members->get_array()) {
        to.err << "  " << on_one_line(text_in(each, "role")) << "  " << on_one_line(text_in(each, "provider")) << "  "
               << on_one_line(text_in(each, "state"));
        const auto* ids = each.is_object() ? each.get_object().if_contains("run_ids") : nullptr;
        if (ids && ids->is_array())
            for (const auto& id : ids->get_array())
                if (id.is_string())
                    to.err << "  " << on_one_line(std::string(id.get_string()));
        to.err << '\n';
    }
}

int wait_for(gateway& from, const console& to, const run_command& command, const started& runs) {
    follow_options options;
    options.poll = command.poll;
    options.chance = make_random_source();
    if (command.give_up > 0ms)
        options.give_up = command.give_up;
    return follow_to_the_end(from, to, runs.runs, options, command.as_json ? output::object : output::text,
                             runs.bodies);
}

int start_run(const run_command& command, const console& to) {
    std::optional<std::string> file;
    if (!read_spec_file(command.spec_file, to, file))
        return exit_usage;
    const auto spec = build_spec(command.spec, file);
    if (const auto* wrong = std::get_if<std::vector<std::string>>(&spec)) {
        for (const auto& each : *wrong)
            to.err << "error: " << on_one_line(each) << '\n';
        to.err << "`evalbridge run --help` tells more.\n";
        return exit_usage;
    }
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    const auto key = command.idempotency_key.value_or("run-" + make_request_id());
    const auto got =
        create_patiently(*from, json::serialize(std::get<json::object>(spec)), key, create_patience, to.err);
    if (!got.ok()) {
        const int code = report(got, *from, to, create_hint(got, key));
        if (got.interrupted || (got.status == 0 && got.sent))
            to.err << "  It is not known whether a run was started; --idempotency-key " << key
                   << " tells, and starts none twice.\n";
        return code;
    }
    const auto runs = read_started(got);
    if (!runs) {
        to.err << "error: the gateway's answer can't be read: " << runs.error().detail() << '\n';
        return exit_failed;
    }
    auto& ids = command.as_json ? to.err : to.out; // with --json, stdout is one JSON object
    for (const auto& each : runs->runs)
        ids << on_one_line(each.id) << std::endl;
    if (!to.out) // the runs have been started and cost money, so their ids must not be lost
        for (const auto& each : runs->runs)
            to.err << on_one_line(each.id) << std::endl;
    show_group(got.body, to);
    if (command.wait)
        return wait_for(*from, to, command, *runs);
    if (command.as_json)
        print_object(to, runs->bodies, {});
    return exit_done;
}

/// A variable that isn't set would otherwise start a second run where a job is repeated.
std::string not_empty(const std::string& key) {
    return key.empty() ? "must not be empty: is it from a variable that isn't set?" : "";
}

void add_scope_flags(CLI::App& command, run_flags& spec) {
    constexpr const char* group = "What is judged (one of)";
    command.add_option("--trace", spec.trace, "One trace")->type_name("ID")->group(group);
    command.add_option("--session", spec.session, "The traces of one session")->type_name("ID")->group(group);
    command.add_option("--dataset", spec.dataset, "Every entry of a dataset")->type_name("ID")->group(group);
    command.add_option("--agent", spec.agent, "Recent traces of an agent")->type_name("ID")->group(group);
    command.add_option("--start", spec.start, "Traces from this time on, with --end")
        ->type_name("RFC3339")
        ->group(group);
    command.add_option("--end", spec.end, "Traces before this time")->type_name("RFC3339")->group(group);
    command.add_option("--sample", spec.sample, "Of an agent's or a time's traces, this share")
        ->type_name("1..100")
        ->check(CLI::Range(1, 100).description(""))
        ->group(group);
    command.add_option("--test-case", spec.test_case, "A stored test case, with --agents or --deployments")
        ->type_name("ID")
        ->group(group);
    command.add_option("--agents", spec.agents, "Agents to run it against, one run each")
        ->delimiter(',')
        ->type_name("ID,ID")
        ->group(group);
    command.add_option("--deployments", spec.deployments, "Deployments to run it against, one run each")
        ->delimiter(',')
        ->type_name("NAME,NAME")
        ->group(group);
}

void add_flags(CLI::App& command, run_command& flags) {
    auto& spec = flags.spec;
    command.add_option("--suite", spec.suite, "A suite of the gateway's configuration, which says what to start where")
        ->type_name("NAME");
    command.add_option("-p,--provider", spec.provider, "A provider of the gateway's configuration")->type_name("NAME");
    command.add_option("--spec", flags.spec_file, "A run spec as JSON, - for standard input; flags win over it")
        ->type_name("FILE");
    command.add_option("--name", spec.name, "What to call the run");
    command.add_option("--description", spec.description, "What it is for");
    command.add_option("-m,--metric", spec.metrics, "A metric's name, or id:ID; may be repeated")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command.add_option("--agent-version", spec.agent_version, "The version label to judge");
    command.add_option("--baseline", spec.baseline, "The run to compare with")->type_name("RUN");
    command.add_option("--label", spec.labels, "A label; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    command.add_option("--option", spec.options, "Provider options as a JSON object; may be repeated")
        ->type_name("JSON")
        ->allow_extra_args(false);
    command
        .add_option("--idempotency-key", flags.idempotency_key,
                    "The same key never starts a second run; without it, one is made up")
        ->check(not_empty)
        ->type_name("KEY");
    add_scope_flags(command, spec);

    constexpr const char* group = "Waiting";
    command.add_flag("-w,--wait", flags.wait, "Follow the runs to their end and show their summaries")->group(group);
    add_interval(command, "--poll", flags.poll, 100ms, 10min,
                 "How often to look at a gateway that sends no events (default 2s)");
    add_interval(command, "--give-up", flags.give_up, 1s, 24h, "End with 1 when the runs take longer (default: never)");
    for (const auto* each : {"--poll", "--give-up"})
        command.get_option(each)->group(group);
    command.add_flag("--json", flags.as_json, R"(Print one object, {"runs": [...], "summaries": [...]})");
    add_connection_flags(command, flags.connection);
}

} // namespace

void add_run(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("run", "Start an evaluation");
    auto flags = std::make_shared<run_command>();
    add_flags(*command, *flags);
    command->footer(R"(
Prints the ids of the runs that were started, one a line. With --wait it ends with 0 only if every run completed and the
provider failed none of them; a run that failed, was cancelled or ended in part is 1. Interrupting it doesn't stop the runs.

Examples:
  evalbridge run -p staso-prod --agent checkout-agent --sample 20 -m task_completion_rate -m hallucination --wait
  evalbridge run -p gradient-prod --test-case 1f2e... --agents 9a3c...,77b0... --wait --json > result.json
  evalbridge run --suite checkout-nightly --label commit=$COMMIT --wait
  evalbridge run --spec nightly.json --label commit=$COMMIT --wait --give-up 30m)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return start_run(*flags, to); }; });
}

} // namespace evalbridge::cli
