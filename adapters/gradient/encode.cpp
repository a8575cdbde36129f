#include "adapters/gradient/encode.hpp"

#include "adapters/gradient/vocabulary.hpp"
#include "base/percent.hpp"
#include "mapping/json_writer.hpp"
#include "mapping/run_tag.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge::gradient {
namespace {

constexpr std::string_view runs_path = "/v2/gen-ai/evaluation_runs";
constexpr std::string_view cases_path = "/v2/gen-ai/evaluation_test_cases";

http_request get(std::string target) {
    http_request out;
    out.target = std::move(target);
    out.fields.push_back({"Accept", "application/json"});
    return out;
}

std::string run_path(std::string_view run) { return std::string(runs_path) + "/" + encode_path_segment(run); }
std::string case_path(std::string_view id) { return std::string(cases_path) + "/" + encode_path_segment(id); }

/// One reference token of an RFC 6901 pointer.
std::string pointer_token(std::string_view name) {
    std::string out = "/";
    for (const char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

void check_scope(const run_spec& spec, std::vector<input_fault>& faults) {
    const auto* scope = std::get_if<test_case_scope>(&spec.scope);
    if (!scope)
        faults.push_back({"/scope", "this vendor judges stored test cases only: give test_case_id, and agents or "
                                    "deployments"});
    else if (scope->agents.empty() && scope->deployments.empty())
        faults.push_back({"/scope/agents", "name at least one agent or deployment to run the test case against"});
}

void check_provider_options(const run_spec& spec, std::vector<input_fault>& faults) {
    for (const auto& each : spec.provider_options) {
        const auto pointer = "/provider_options" + pointer_token(each.key());
        if (each.key() != vendor_name) {
            faults.push_back({pointer, "the run's provider is of another vendor"});
            continue;
        }
        if (!each.value().is_object()) {
            faults.push_back({pointer, "expected an object"});
            continue;
        }
        for (const auto& member : each.value().get_object())
            faults.push_back({pointer + pointer_token(member.key()), "unknown member; this vendor has no options"});
    }
}

void write_texts(json_writer& out, std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty())
        return;
    out.key(key).begin_array();
    for (const auto& each : texts)
        out.string(each);
    out.end_array();
}

} // namespace

result<void> check_spec(const run_spec& spec) {
    std::vector<input_fault> faults;
    check_scope(spec, faults);
    const auto refuse = [&](bool given, std::string_view pointer, std::string_view why) {
        if (given)
            faults.push_back({std::string(pointer), std::string(why)});
    };
    refuse(!spec.metrics.empty(), "/metrics", "the test case fixes the metrics of a run");
    refuse(spec.description.has_value(), "/description", "this vendor's runs have no description of their own");
    refuse(spec.agent_version.has_value(), "/agent_version", "this vendor runs an agent's current version");
    refuse(spec.baseline_run_id.has_value(), "/baseline_run_id", "this vendor has no baseline runs");
    refuse(spec.trigger && *spec.trigger != "on_demand", "/trigger", "this vendor starts runs on demand only");
    check_provider_options(spec, faults);
    if (faults.empty())
        return {};
    return error(errc::unsupported).faults(std::move(faults)).because("This provider can't do what the run asks for.");
}

http_request encode_create_runs(const run_spec& spec) {
    const auto& scope = std::get<test_case_scope>(spec.scope);
    http_request out;
    out.method = http_method::post;
    out.target = runs_path;
    out.fields.push_back({"Accept", "application/json"});
    out.fields.push_back({"Content-Type", "application/json"});
    json_writer body(out.body);
    body.begin_object();
    body.key("test_case_uuid").string(scope.test_case_id);
    write_texts(body, "agent_uuids", scope.agents);
    write_texts(body, "agent_deployment_names", scope.deployments);
    const auto name = spec.name ? std::string_view(*spec.name) : default_run_name;
    body.key("run_name").string(tagged_name(name, spec.tag, longest_tagged_name));
    body.end_object();
    return out;
}

http_request encode_get_run(std::string_view run) { return get(run_path(run)); }

http_request encode_list_results(std::string_view run, std::uint64_t page, std::uint32_t per_page) {
    return get(run_path(run) + "/results?page=" + std::to_string(page) + "&per_page=" + std::to_string(per_page));
}

http_request encode_get_result(std::string_view run, std::int64_t prompt) {
    return get(run_path(run) + "/results/" + std::to_string(prompt));
}

http_request encode_get_test_case(std::string_view test_case, std::optional<std::int64_t> version) {
    auto target = case_path(test_case);
    if (version)
        target += "?evaluation_test_case_version=" + std::to_string(*version);
    return get(std::move(target));
}

http_request encode_list_runs(std::string_view test_case) { return get(case_path(test_case) + "/evaluation_runs"); }

http_request encode_list_metrics() { return get("/v2/gen-ai/evaluation_metrics"); }

bool is_native_id(std::string_view id) {
    if (id.empty() || id.size() > 512 || id == "." || id == "..")
        return false;
    return std::ranges::none_of(id, [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/'; });
}

std::optional<std::int64_t> parse_prompt_id(std::string_view id) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (failed != std::errc() || end != id.data() + id.size() || std::to_string(number) != id)
        return {};
    return number;
}

} // namespace evalbridge::gradient
