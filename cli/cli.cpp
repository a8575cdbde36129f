#include "cli/cli.hpp"

#include "cli/command.hpp"
#include "cli/text.hpp"
#include "config/suggest.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <iostream>

namespace evalbridge::cli {
namespace {

constexpr const char* description = "evalbridge: one run, result and verdict API over several evaluation vendors.";

constexpr const char* footer = R"(
Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 interrupted.

A first look without any account:
  evalbridge sandbox --staso-port 18081 --gradient-port 18082
  evalbridge serve --config config/sandbox.yaml
  evalbridge run --provider staso-sandbox --dataset DATASET --metric task_completion_rate --wait

`evalbridge COMMAND --help` tells more.)";

std::vector<std::string_view> commands_of(const CLI::App& program) {
    std::vector<std::string_view> names;
    for (const auto* each : program.get_subcommands({}))
        names.push_back(each->get_name());
    return names;
}

/// Whether the first argument is no command at all; then it is said. CLI11 would only say that one is required.
bool names_no_command(const CLI::App& program, int argc, const char* const* argv, const console& to) {
    if (argc < 2) {
        to.err << program.help();
        return true;
    }
    const std::string_view word = argv[1];
    const auto names = commands_of(program);
    if (word.starts_with('-') || std::find(names.begin(), names.end(), word) != names.end())
        return false;
    to.err << "error: there is no command " << on_one_line(word) << config::suggestion(word, names)
           << "\n`evalbridge --help` lists the commands.\n";
    return true;
}

/// What nobody knows goes before what is missing, since it may be what was meant for that. False where all is known.
bool tells_what_is_unknown(const CLI::App& program, const console& to) {
    const auto unknown = program.remaining(true);
    if (unknown.empty())
        return false;
    const auto* command = &program;
    auto path = program.get_name();
    for (auto named = program.get_subcommands(); !named.empty(); named = command->get_subcommands()) {
        command = named.front();
        path += ' ' + command->get_name();
    }
    const auto& word = unknown.front();
    to.err << "error: `" << path << "` takes no " << on_one_line(word)
           << (word.starts_with('-') ? "" : config::suggestion(word, commands_of(*command))) << "\n`" << path
           << " --help` tells more.\n";
    return true;
}

/// The code, but for a success whose output didn't get out: a result like that wasn't given.
int unless_unwritten(const console& to, int code) {
    to.out.flush();
    if (to.out)
        return code;
    to.err << "error: can't write to stdout\n";
    return code == exit_done ? exit_failed : code;
}

} // namespace

int run_program(int argc, const char* const* argv) {
    CLI::App program(description, "evalbridge");
    program.set_version_flag("--version", std::string("evalbridge ") + EVALBRIDGE_VERSION);
    program.footer(footer);
    program.require_subcommand(1);
    program.get_formatter()->column_width(32);

    action chosen;
    add_serve(program, chosen);
    add_sandbox(program, chosen);
    add_check_config(program, chosen);
    add_store(program, chosen);
    add_run(program, chosen);
    add_runs(program, chosen);
    add_suites(program, chosen);
    add_watch(program, chosen);
    add_verdicts(program, chosen);
    add_export(program, chosen);
    add_compare(program, chosen);

    const auto to = process_console();
    if (names_no_command(program, argc, argv, to))
        return exit_usage;
    try {
        program.parse(argc, argv);
    } catch (const CLI::RequiredError& missing) {
        if (!tells_what_is_unknown(program, to))
            program.exit(missing, to.out, to.err);
        return exit_usage;
    } catch (const CLI::ParseError& stopped) {
        const bool asked_for = program.exit(stopped, to.out, to.err) == 0; // --help and --version stop it too
        return asked_for ? unless_unwritten(to, exit_done) : exit_usage;
    }
    try {
        return unless_unwritten(to, chosen(to));
    } catch (const std::exception& bug) {
        to.err << "error: unexpected: " << bug.what() << '\n';
        return exit_failed;
    }
}

} // namespace evalbridge::cli
