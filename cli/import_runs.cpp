#include "cli/runs_parts.hpp"
#include "cli/show.hpp"
#include "cli/text.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

struct import_command {
    connection_flags connection;
    std::string provider;
    std::string test_case;
    bool as_json = false;
};

int import_runs(const import_command& command, const console& to) {
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    json::object body{{"provider", command.provider}};
    if (!command.test_case.empty())
        body["test_case_id"] = command.test_case;
    const auto got = from->post("/v1/runs/import", json::serialize(body), {});
    if (!got.ok())
        return report(got, *from, to);
    if (command.as_json) {
        to.out << got.body << '\n';
        return exit_done;
    }
    boost::system::error_code code;
    const auto answer = json::parse(json::string_view(got.body.data(), got.body.size()), code);
    const auto count = [&](const char* name) { return with_separators(integer_at(answer, name).value_or(0)); };
    to.out << "Imported " << count("imported") << " runs; " << count("known") << " were known.\n";
    return exit_done;
}

} // namespace

void add_runs_import(CLI::App& runs, action& chosen) {
    auto* command = runs.add_subcommand("import", "Make runs known that were started elsewhere");
    auto flags = std::make_shared<import_command>();
    command->add_option("provider", flags->provider, "Whose runs")->required()->type_name("PROVIDER");
    command->add_option("--test-case", flags->test_case, "Of this test case, where the provider lists runs by it")
        ->type_name("ID");
    command->add_flag("--json", flags->as_json, "Print the answer as the API gives it");
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
Examples:
  evalbridge runs import gradient-prod --test-case 5d0c...)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return import_runs(*flags, to); }; });
}

} // namespace evalbridge::cli
