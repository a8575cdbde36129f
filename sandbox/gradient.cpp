#include "sandbox/gradient.hpp"

#include "sandbox/gradient_page.hpp"
#include "sandbox/ids.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

std::string make_token(std::uint64_t seed) {
    char text[48];
    std::snprintf(text, sizeof text, "dop_v1_sandbox_%016llx",
                  static_cast<unsigned long long>(mix(seed, {"gradient token"})));
    return text;
}

struct error_id {
    int status;
    std::string_view id;
};
constexpr error_id error_ids[] = {{400, "bad_request"},        {401, "unauthorized"},       {403, "forbidden"},
                                  {404, "not_found"},          {405, "method_not_allowed"}, {429, "too_many_requests"},
                                  {503, "service_unavailable"}};

std::optional<std::int64_t> read_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failure != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// The strings under `name`; false where there is something else.
bool read_list(const json::object& body, std::string_view name, std::vector<std::string>& out) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null())
        return true;
    if (!value->is_array())
        return false;
    for (const auto& one : value->get_array()) {
        if (!one.is_string())
            return false;
        if (std::find(out.begin(), out.end(), one.get_string()) == out.end())
            out.emplace_back(one.get_string());
    }
    return true;
}

std::string text_of(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

} // namespace

gradient_vendor::gradient_vendor(world& in) : world_(in), token_(make_token(in.seed)), catalog_(in.seed, in.traces) {
    const std::string root = "/v2/gen-ai";
    const std::string run = root + "/evaluation_runs/{evaluation_run_uuid}";
    const std::string cases = root + "/evaluation_test_cases";
    routes_.add("POST", root + "/evaluation_runs", [this](const request& r, const captures&) { return create(r); });
    routes_.add("GET", run, [this](const request&, const captures& c) { return get(c[0]); });
    routes_.add("GET", run + "/results", [this](const request& r, const captures& c) { return results(r, c[0]); });
    routes_.add("GET", run + "/results/{prompt_id}",
                [this](const request&, const captures& c) { return prompt(c[0], c[1]); });
    routes_.add("GET", root + "/evaluation_metrics", [this](const request&, const captures&) { return metrics(); });
    routes_.add("GET", cases, [this](const request& r, const captures&) { return test_cases(r, ""); });
    routes_.add("GET", cases + "/{test_case_uuid}",
                [this](const request& r, const captures& c) { return test_case_of(r, c[0]); });
    routes_.add("GET", cases + "/{evaluation_test_case_uuid}/evaluation_runs",
                [this](const request& r, const captures& c) { return runs_of(r, c[0]); });
    routes_.add("GET", root + "/workspaces/{workspace_uuid}/evaluation_test_cases",
                [this](const request& r, const captures& c) { return test_cases(r, c[0]); });

    const auto& finished =
        start(*catalog_.listed().front(), catalog_.agents().front(), "", "a run that ended an hour ago",
              in.seeded_plan(), in.clock.now() - std::chrono::hours(1));
    finished_run_uuid_ = finished.who().uuid;
}

gradient_run& gradient_vendor::start(const test_case& of, const gradient_agent& agent, std::string deployment,
                                     const std::string& name, const run_plan& plan, instant queued_at) {
    gradient_run::identity who;
    who.uuid = make_uuid(world_.seed, "gradient run", created_++, uuid_style::time_based);
    who.name = name + "-" + who.uuid.substr(0, 6); // the vendor makes names unique, too
    who.of = &of;
    who.agent = &agent;
    who.deployment = std::move(deployment);
    who.test_case_version = of.latest_version();
    return runs_.add(std::make_unique<gradient_run>(std::move(who), plan, world_, queued_at));
}

std::optional<reply> gradient_vendor::refuse(const request& asked) {
    if (asked.header("Authorization") == "Bearer " + token_)
        return std::nullopt;
    return error(401, "Unable to authenticate you.");
}

reply gradient_vendor::error(int status, const std::string& message) {
    const auto* found =
        std::find_if(std::begin(error_ids), std::end(error_ids), [&](auto& e) { return e.status == status; });
    const std::string_view id = found != std::end(error_ids) ? found->id
                                : status < 500               ? "bad_request"
                                                             : "server_error";
    const auto request_id = make_uuid(world_.seed, "gradient error", errors_++, uuid_style::random);
    auto out =
        json_reply(status, json::object{{"id", json::string(id)}, {"message", message}, {"request_id", request_id}});
    out.headers.push_back({"x-request-id", request_id});
    return out;
}

void gradient_vendor::tell_rate(const rate_verdict& verdict, reply& what) const {
    what.headers.push_back({"ratelimit-limit", std::to_string(verdict.limit)});
    what.headers.push_back({"ratelimit-remaining", std::to_string(verdict.remaining)});
    what.headers.push_back({"ratelimit-reset", std::to_string(verdict.reset.count())});
}

reply gradient_vendor::create(const request& asked) {
    boost::system::error_code failure;
    const json::value body = json::parse(asked.body, failure);
    const auto* members = failure ? nullptr : body.if_object();
    if (members == nullptr)
        return error(400, "The request body is not a JSON object.");
    std::vector<std::string> agents;
    std::vector<std::string> deployments;
    if (!read_list(*members, "agent_uuids", agents) || !read_list(*members, "agent_deployment_names", deployments))
        return error(400, "agent_uuids and agent_deployment_names are lists of strings.");
    if (!shape().has_spans())
        deployments.clear(); // the oldest vintage doesn't know them
    if (agents.empty() && deployments.empty())
        return error(400, "At least one of agent_uuids and agent_deployment_names is required.");
    const auto* of = catalog_.find_test_case(text_of(*members, "test_case_uuid"));
    if (of == nullptr)
        return error(404, "Test case not found.");

    struct target {
        const gradient_agent* agent;
        std::string deployment;
    };
    std::vector<target> targets;
    for (const auto& uuid : agents)
        targets.push_back({catalog_.find_agent(uuid), ""});
    for (const auto& name : deployments)
        targets.push_back({catalog_.find_deployment(name), name});
    if (std::any_of(targets.begin(), targets.end(), [](const target& t) { return t.agent == nullptr; }))
        return error(404, "Agent not found.");

    const auto name = text_of(*members, "run_name");
    json::array uuids;
    for (auto& one : targets) {
        const auto plan = next_plan(world_.current.gradient.runs);
        const auto& run =
            start(*of, *one.agent, std::move(one.deployment), name.empty() ? "run" : name, plan, world_.clock.now());
        uuids.insert(uuids.begin(),
                     json::string(run.who().uuid)); // the vendor promises no order, so it isn't the asked one
    }
    return json_reply(200, json::object{{"evaluation_run_uuids", std::move(uuids)}});
}

reply gradient_vendor::get(const std::string& run_uuid) {
    const auto* run = runs_.find(run_uuid);
    if (run == nullptr)
        return not_found();
    return json_reply(200, json::object{{"evaluation_run", run_json(*run, world_.clock.now(), shape())}});
}

reply gradient_vendor::results(const request& asked, const std::string& run_uuid) {
    const auto* run = runs_.find(run_uuid);
    if (run == nullptr)
        return not_found();
    const auto page = read_page(asked, world_.current.gradient.max_page);
    if (!page)
        return error(400, "page and per_page are whole numbers from 1 on.");
    const instant now = world_.clock.now();
    const auto seen = run->at(now);
    json::array prompts;
    for (std::size_t i = page->first(); i < seen.answered && prompts.size() < page->size; ++i)
        prompts.push_back(prompt_json(*run, i, i < seen.evaluated, shape()));
    json::object body = {{"evaluation_run", run_json(*run, now, shape())}, {"prompts", std::move(prompts)}};
    add_page(body, *page, seen.answered, base_url_ + "/v2/gen-ai/evaluation_runs/" + run_uuid + "/results", shape());
    return json_reply(200, body);
}

reply gradient_vendor::prompt(const std::string& run_uuid, const std::string& prompt_id) {
    const auto* run = runs_.find(run_uuid);
    const auto number = read_integer(prompt_id);
    if (run == nullptr || !number)
        return not_found();
    const auto index = run->who().of->index_of(*number);
    const auto seen = run->at(world_.clock.now());
    if (!index || *index >= seen.answered)
        return not_found();
    return json_reply(200, json::object{{"prompt", prompt_json(*run, *index, *index < seen.evaluated, shape())}});
}

reply gradient_vendor::metrics() {
    json::array metrics;
    for (const auto& one : catalog_.metrics())
        metrics.push_back(metric_json(one, metrics.size() + 1, shape()));
    return json_reply(200, json::object{{"metrics", std::move(metrics)}});
}

std::optional<std::int64_t> gradient_vendor::version_of(const request& asked, const test_case& what) const {
    const auto text = asked.query_value("evaluation_test_case_version");
    if (!text)
        return what.latest_version();
    const auto version = read_integer(*text);
    if (!version || *version < 1 || *version > what.latest_version())
        return std::nullopt;
    return version;
}

reply gradient_vendor::test_cases(const request& asked, const std::string& workspace) {
    const auto wanted = workspace.empty() ? asked.query_value("workspace_uuid").value_or("") : workspace;
    json::array cases;
    if (wanted.empty() || wanted == catalog_.workspace_uuid())
        for (const auto* one : catalog_.listed())
            cases.push_back(test_case_json(*one, one->latest_version(), runs_.of(*one).size(), shape()));
    return json_reply(200, json::object{{"evaluation_test_cases", std::move(cases)}});
}

reply gradient_vendor::test_case_of(const request& asked, const std::string& uuid) {
    const auto* found = catalog_.find_test_case(uuid);
    const auto version = found == nullptr ? std::nullopt : version_of(asked, *found);
    if (!version)
        return not_found();
    auto body = test_case_json(*found, *version, runs_.of(*found).size(), shape());
    return json_reply(200, json::object{{"evaluation_test_case", std::move(body)}});
}

reply gradient_vendor::runs_of(const request& asked, const std::string& uuid) {
    const auto* found = catalog_.find_test_case(uuid);
    if (found == nullptr)
        return not_found();
    const bool filtered = asked.query_value("evaluation_test_case_version").has_value();
    const auto version = version_of(asked, *found);
    json::array runs;
    for (const auto* one : runs_.of(*found))
        if (!filtered || one->who().test_case_version == version)
            runs.push_back(run_json(*one, world_.clock.now(), shape()));
    return json_reply(200, json::object{{"evaluation_runs", std::move(runs)}});
}

std::vector<started_run> gradient_vendor::started() const {
    std::vector<started_run> out;
    for (const auto* run : runs_.newest_last())
        out.push_back({run->who().uuid, run->who().name, run->queued_at()});
    return out;
}

void gradient_vendor::add_samples(json::object& samples) const {
    json::object cases;
    for (const auto* one : catalog_.listed())
        cases[one->name] = one->uuid;
    samples["gradient_token"] = token_;
    samples["test_case_uuid"] = catalog_.listed().front()->uuid;
    samples["test_cases"] = std::move(cases);
    samples["agent_uuid"] = catalog_.agents()[0].uuid;
    samples["second_agent_uuid"] = catalog_.agents()[1].uuid;
    samples["agent_deployment_name"] = catalog_.agents()[0].deployment;
    samples["workspace_uuid"] = catalog_.workspace_uuid();
    samples["gradient_finished_run_uuid"] = finished_run_uuid_;
}

} // namespace evalbridge::sandbox
