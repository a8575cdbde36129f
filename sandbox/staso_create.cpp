#include "sandbox/staso_create.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> selectors = {"trace_id", "session_id", "dataset_id", "agent_id",
                                                       "time_range"};
constexpr std::array<std::string_view, 3> triggers = {"on_demand", "sampled_async", "backfill"};

bool is_text(const json::value& value) { return value.is_string() && !value.get_string().empty(); }

/// Moves start and end of a flat time range under time_range.
void normalise(json::object& scope) {
    if (scope.contains("time_range") || (!scope.contains("start") && !scope.contains("end")))
        return;
    json::object range;
    for (const auto* name : {"start", "end"}) {
        if (const auto* value = scope.if_contains(name))
            range[name] = *value;
        scope.erase(name);
    }
    scope["time_range"] = std::move(range);
}

void check_range(const json::value& value, complaints& wrong) {
    const auto* range = value.if_object();
    if (range == nullptr)
        return wrong.add("dict_type", {"body", "scope", "time_range"}, "Input should be a valid dictionary", value);
    std::array<instant, 2> bounds;
    constexpr std::array<std::string_view, 2> names = {"start", "end"};
    bool readable = true;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto* bound = range->if_contains(names[i]);
        if (bound == nullptr)
            wrong.add("missing", {"body", "scope", "time_range", json::string(names[i])}, "Field required", value);
        else if (!bound->is_string() || !from_iso(std::string_view(bound->get_string()), bounds[i]))
            wrong.add("datetime_parsing", {"body", "scope", "time_range", json::string(names[i])},
                      "Input should be a valid datetime", *bound);
        else
            continue;
        readable = false;
    }
    if (readable && bounds[0] >= bounds[1])
        wrong.add("value_error", {"body", "scope", "time_range"}, "Value error, start must be before end", value);
}

void check_sample(const json::value& percent, complaints& wrong) {
    const auto where = {json::value("body"), json::value("scope"), json::value("sample_pct")};
    if (!percent.is_int64() && !percent.is_uint64())
        wrong.add("int_type", where, "Input should be a valid integer", percent);
    else if (percent.to_number<double>() < 1)
        wrong.add("greater_than_equal", where, "Input should be greater than or equal to 1", percent);
    else if (percent.to_number<double>() > 100)
        wrong.add("less_than_equal", where, "Input should be less than or equal to 100", percent);
}

void check_scope(const json::value& value, json::object& scope, complaints& wrong) {
    if (!value.is_object())
        return wrong.add("dict_type", {"body", "scope"}, "Input should be a valid dictionary", value);
    scope = value.get_object();
    normalise(scope);
    const auto chosen =
        std::count_if(selectors.begin(), selectors.end(), [&](auto name) { return scope.contains(name); });
    if (chosen != 1)
        return wrong.add(
            "value_error", {"body", "scope"},
            "Value error, scope takes exactly one of trace_id, session_id, dataset_id, agent_id, time_range", value);
    const bool samples = scope.contains("agent_id") || scope.contains("time_range");
    for (const auto& member : scope) {
        const std::string_view name = member.key();
        if (name == "time_range")
            check_range(member.value(), wrong);
        else if (name == "sample_pct" && samples)
            check_sample(member.value(), wrong);
        else if (std::find(selectors.begin(), selectors.end(), name) == selectors.end())
            wrong.add("extra_forbidden", {"body", "scope", member.key()}, "Extra inputs are not permitted",
                      member.value());
        else if (!is_text(member.value()))
            wrong.add("string_type", {"body", "scope", member.key()}, "Input should be a valid string", member.value());
    }
}

/// The strings of the array under `name`; absent and null count as empty.
std::vector<std::string> read_list(const json::object& body, const std::string& name, complaints& wrong) {
    std::vector<std::string> texts;
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null())
        return texts;
    if (!value->is_array()) {
        wrong.add("list_type", {"body", json::string(name)}, "Input should be a valid list", *value);
        return texts;
    }
    for (const auto& one : value->get_array()) {
        if (one.is_string())
            texts.emplace_back(one.get_string());
        else
            wrong.add("string_type", {"body", json::string(name), texts.size()}, "Input should be a valid string", one);
    }
    return texts;
}

std::optional<std::string> read_text(const json::object& body, std::string_view name, complaints& wrong) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null())
        return std::nullopt;
    if (value->is_string())
        return std::string(value->get_string());
    wrong.add("string_type", {"body", json::string(name)}, "Input should be a valid string", *value);
    return std::nullopt;
}

void add_rules(const std::vector<std::string>& names, const std::string& member, const rule* (*find)(std::string_view),
               staso_spec& spec, complaints& wrong) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto* found = find(names[i]);
        if (found != nullptr && std::find(spec.rules.begin(), spec.rules.end(), found) == spec.rules.end())
            spec.rules.push_back(found);
        else if (found == nullptr)
            wrong.add("value_error", {"body", json::string(member), i}, "Value error, unknown rule",
                      json::string(names[i]));
    }
}

} // namespace

void complaints::add(std::string_view type, place where, std::string_view message, const json::value& input) {
    list_.push_back(json::object{
        {"type", type}, {"loc", json::array(where.begin(), where.end())}, {"msg", message}, {"input", input}});
}

json::value complaints::body() const { return json::object{{"detail", list_}}; }

std::optional<staso_spec> read_create(std::string_view text, const std::string& rules_key,
                                      const staso_run_store& known_runs, complaints& wrong) {
    boost::system::error_code failure;
    const json::value body = json::parse(json::string_view(text.data(), text.size()), failure);
    if (failure) {
        wrong.add("json_invalid", {"body", 0}, "JSON decode error", json::object());
        return std::nullopt;
    }
    const auto* members = body.if_object();
    if (members == nullptr) {
        wrong.add("model_attributes_type", {"body"},
                  "Input should be a valid dictionary or object to extract fields from", body);
        return std::nullopt;
    }

    staso_spec spec;
    if (const auto* scope = members->if_contains("scope"))
        check_scope(*scope, spec.scope, wrong);
    else
        wrong.add("missing", {"body", "scope"}, "Field required", body);
    const auto customs = read_list(*members, rules_key, wrong);
    const auto built_ins = read_list(*members, "zero_configs", wrong);
    add_rules(customs, rules_key, &find_custom_rule, spec, wrong);
    add_rules(built_ins, "zero_configs", &find_zero_config, spec, wrong);
    if (customs.empty() && built_ins.empty() && wrong.empty())
        wrong.add("value_error", {"body"}, "Value error, pass at least one of " + rules_key + " and zero_configs",
                  body);
    spec.name = read_text(*members, "name", wrong).value_or("eval run");
    spec.description = read_text(*members, "description", wrong);
    spec.agent_version = read_text(*members, "agent_version", wrong);
    spec.compare_with = read_text(*members, "compare_with", wrong);
    if (spec.compare_with && known_runs.find(*spec.compare_with) == nullptr)
        wrong.add("value_error", {"body", "compare_with"}, "Value error, no such run",
                  json::string(*spec.compare_with));
    spec.trigger = read_text(*members, "trigger", wrong).value_or("on_demand");
    if (std::find(triggers.begin(), triggers.end(), spec.trigger) == triggers.end())
        wrong.add("enum", {"body", "trigger"}, "Input should be 'on_demand', 'sampled_async' or 'backfill'",
                  json::string(spec.trigger));
    if (!wrong.empty())
        return std::nullopt;
    return spec;
}

} // namespace evalbridge::sandbox
