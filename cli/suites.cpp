#include "cli/command.hpp"
#include "cli/raw_json.hpp"
#include "cli/table.hpp"
#include "cli/walk.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

struct suites_command {
    connection_flags connection;
    bool as_json = false;
};

std::string text_at(const json::value& from, std::string_view pointer) {
    boost::system::error_code code;
    const auto* found = from.find_pointer(pointer, code);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::string shadows_of(const json::value& suite) {
    boost::system::error_code code;
    const auto* list = suite.find_pointer("/route/shadow", code);
    std::string out;
    if (list && list->is_array())
        for (const auto& each : list->get_array())
            if (each.is_string())
                out += (out.empty() ? "" : ", ") + std::string(each.get_string());
    return out;
}

int list_suites(const suites_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    table rows({{"SUITE"}, {"PRIMARY"}, {"SHADOW"}, {"DESCRIPTION"}});
    const auto take = [&](const std::string& element) {
        if (command.as_json) {
            to.out << element << '\n';
            return;
        }
        boost::system::error_code code;
        const auto suite = json::parse(json::string_view(element.data(), element.size()), code);
        rows.add({{text_at(suite, "/name")},
                  {text_at(suite, "/route/primary")},
                  {shadows_of(suite)},
                  {text_at(suite, "/description")}});
    };
    const auto walked = walk(*from, "/v1/suites", "", 0, take, to.err);
    if (!rows.empty())
        rows.print(to);
    if (walked.failed)
        return report(*walked.failed, *from, to);
    if (walked.taken == 0)
        to.err << "The gateway's configuration has no suites.\n";
    return exit_done;
}

} // namespace

void add_suites(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("suites", "List the suites of the gateway's configuration");
    auto flags = std::make_shared<suites_command>();
    command->add_flag("--json", flags->as_json, "Print each suite as the API gives it, one a line");
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
Examples:
  evalbridge suites
  evalbridge run --suite checkout-nightly --wait)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return list_suites(*flags, to); }; });
}

} // namespace evalbridge::cli
