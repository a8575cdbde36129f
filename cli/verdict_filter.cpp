#include "cli/verdict_filter.hpp"

#include "base/percent.hpp"

#include <CLI/CLI.hpp>

namespace evalbridge::cli {

void add_verdict_filter(CLI::App& command, verdict_filter_flags& flags) {
    constexpr const char* group = "Which";
    command.add_option("--passed", flags.passed, "null: those that nothing decided")
        ->check(CLI::IsMember({"true", "false", "null"}).description(""))
        ->type_name("true|false|null")
        ->group(group);
    command.add_option("-m,--metric", flags.metric, "Of this metric: a name or an id")->type_name("NAME")->group(group);
    command.add_option("--trace", flags.trace, "Of this trace")->type_name("ID")->group(group);
    command.add_option("--level", flags.level, "Of whole items (the default), of spans inside them, or both")
        ->check(CLI::IsMember({"item", "span", "all"}).description(""))
        ->type_name("item|span|all")
        ->group(group);
}

void add_parameter(std::string& query, std::string_view name, std::string_view value) {
    if (!value.empty())
        query.append(query.empty() ? "" : "&").append(name).append("=").append(encode_query(value));
}

void add_parameters(std::string& query, const verdict_filter_flags& flags) {
    add_parameter(query, "passed", flags.passed);
    add_parameter(query, "metric", flags.metric);
    add_parameter(query, "trace_id", flags.trace);
    add_parameter(query, "level", flags.level);
}

} // namespace evalbridge::cli
