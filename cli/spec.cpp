#include "cli/spec.hpp"

#include "mapping/run_spec.hpp"

#include <boost/json/array.hpp>

#include <set>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using complaints = std::vector<std::string>;

json::array array_of(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& each : texts)
        out.emplace_back(each);
    return out;
}

/// Why a text isn't taken, in words for one that is no request's body.
std::string fault_of(const error& refused) {
    constexpr std::string_view body = "The body";
    const auto& detail = refused.detail();
    return detail.starts_with(body) ? "the value" + detail.substr(body.size()) : detail;
}

/// The object that a JSON text holds; a complaint that begins with `what` where it isn't one.
std::optional<json::object> parse_object(std::string_view what, const std::string& text, complaints& wrong) {
    auto parsed = parse_client_json(text);
    if (!parsed) {
        wrong.push_back(std::string(what) + ": " + fault_of(parsed.error()));
        return {};
    }
    if (!parsed->is_object()) {
        wrong.push_back(std::string(what) + ": not a JSON object");
        return {};
    }
    return std::move(parsed->as_object());
}

json::object& object_in(json::object& spec, std::string_view key) {
    auto& value = spec[key];
    if (!value.is_object())
        value = json::object();
    return value.as_object();
}

void put(json::object& into, std::string_view key, const std::optional<std::string>& text) {
    if (text)
        into[key] = *text;
}

void check_scope(const run_flags& flags, complaints& wrong) {
    const bool range = flags.start || flags.end;
    const int kinds = flags.trace.has_value() + flags.session.has_value() + flags.dataset.has_value() +
                      flags.agent.has_value() + range + flags.test_case.has_value();
    if (kinds > 1)
        wrong.push_back(
            "a run judges one thing: give one of --trace, --session, --dataset, --agent, --start with --end, or "
            "--test-case");
    if (range && !(flags.start && flags.end))
        wrong.push_back("--start and --end go together");
    if (flags.sample && !flags.agent && !range)
        wrong.push_back("--sample goes with --agent, or with --start and --end");
    const bool has_targets = !flags.agents.empty() || !flags.deployments.empty();
    if (has_targets && !flags.test_case)
        wrong.push_back("--agents and --deployments go with --test-case");
    if (flags.test_case && !has_targets)
        wrong.push_back("--test-case needs --agents or --deployments");
}

/// Empty where no flag says what is judged.
json::object scope_of(const run_flags& flags) {
    json::object scope;
    put(scope, "trace_id", flags.trace);
    put(scope, "session_id", flags.session);
    put(scope, "dataset_id", flags.dataset);
    put(scope, "agent_id", flags.agent);
    put(scope, "test_case_id", flags.test_case);
    if (!flags.agents.empty())
        scope["agents"] = array_of(flags.agents);
    if (!flags.deployments.empty())
        scope["deployments"] = array_of(flags.deployments);
    if (flags.start && flags.end) {
        auto& range = object_in(scope, "time_range");
        range["start"] = *flags.start;
        range["end"] = *flags.end;
    }
    if (flags.sample)
        scope["sample_pct"] = *flags.sample;
    return scope;
}

json::array metrics_of(const std::vector<std::string>& texts) {
    constexpr std::string_view by_id = "id:";
    json::array out;
    for (const auto& each : texts) {
        if (each.starts_with(by_id))
            out.emplace_back(json::object({{"id", each.substr(by_id.size())}}));
        else
            out.emplace_back(each);
    }
    return out;
}

void add_labels(const std::vector<std::string>& labels, json::object& spec, complaints& wrong) {
    std::set<std::string> keys;
    for (const auto& each : labels) {
        const auto equals = each.find('=');
        const auto key = each.substr(0, equals);
        if (equals == std::string::npos || equals == 0)
            wrong.push_back("--label " + each + ": expected key=value");
        else if (!keys.insert(key).second)
            wrong.push_back("--label " + each + ": `" + key + "` is given twice");
        else
            object_in(spec, "labels")[key] = each.substr(equals + 1);
    }
}

void add_options(const std::vector<std::string>& options, json::object& spec, complaints& wrong) {
    for (const auto& each : options)
        if (const auto given = parse_object("--option", each, wrong))
            for (const auto& [key, value] : *given)
                object_in(spec, "provider_options")[key] = value;
}

// What a suite fixes can't be given beside it.
void check_suite(const json::object& spec, complaints& wrong) {
    for (const auto* key : {"provider", "scope", "metrics", "baseline_run_id", "trigger", "provider_options"})
        if (spec.contains(key))
            wrong.push_back("a suite fixes what is judged, and where: `" + std::string(key) +
                            "` can't be given with it");
}

} // namespace

std::variant<json::object, std::vector<std::string>> build_spec(const run_flags& flags,
                                                                const std::optional<std::string>& file) {
    complaints wrong;
    json::object spec;
    if (file)
        spec = parse_object("--spec", *file, wrong).value_or(json::object());
    put(spec, "suite", flags.suite);
    put(spec, "provider", flags.provider);
    put(spec, "name", flags.name);
    put(spec, "description", flags.description);
    put(spec, "agent_version", flags.agent_version);
    put(spec, "baseline_run_id", flags.baseline);
    check_scope(flags, wrong);
    if (auto scope = scope_of(flags); !scope.empty())
        spec["scope"] = std::move(scope);
    if (!flags.metrics.empty())
        spec["metrics"] = metrics_of(flags.metrics);
    add_labels(flags.labels, spec, wrong);
    add_options(flags.options, spec, wrong);
    const bool of_suite = spec.contains("suite");
    if (of_suite)
        check_suite(spec, wrong);
    if (wrong.empty() && !of_suite && !spec.contains("provider"))
        wrong.push_back("--provider is missing: the name of a provider in the gateway's configuration, or --suite");
    if (wrong.empty() && !of_suite && !spec.contains("scope"))
        wrong.push_back("nothing says what to judge: give --trace, --session, --dataset, --agent, --start with --end, "
                        "--test-case, or a --spec that has a scope");
    if (!wrong.empty())
        return wrong;
    return spec;
}

} // namespace evalbridge::cli
