#include "sandbox/staso.hpp"

#include "sandbox/ids.hpp"
#include "sandbox/staso_create.hpp"
#include "sandbox/staso_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

constexpr long default_limit = 100;
constexpr long most_limit = 1000; // staso.ai/docs/eval/verdicts
constexpr std::string_view demo_agent = "checkout-agent";

std::string make_key(std::uint64_t seed) {
    char text[48];
    std::snprintf(text, sizeof text, "ak_live_sandbox_%016llx",
                  static_cast<unsigned long long>(mix(seed, {"staso key"})));
    return text;
}

/// A whole number of the query, in least..most; `otherwise` where it is absent.
long read_number(const request& asked, std::string_view name, long otherwise, long least, long most,
                 complaints& wrong) {
    const auto text = asked.query_value(name);
    if (!text)
        return otherwise;
    long number = 0;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
    const json::value input = json::string(*text);
    const auto where = {json::value("query"), json::value(json::string(name))};
    if (failure != std::errc() || end != text->data() + text->size())
        wrong.add("int_parsing", where, "Input should be a valid integer, unable to parse string as an integer", input);
    else if (number < least)
        wrong.add("greater_than_equal", where, "Input should be greater than or equal to " + std::to_string(least),
                  input);
    else if (number > most)
        wrong.add("less_than_equal", where, "Input should be less than or equal to " + std::to_string(most), input);
    return number;
}

std::optional<bool> read_flag(const request& asked, std::string_view name, complaints& wrong) {
    constexpr std::array<std::string_view, 6> yes = {"true", "1", "yes", "on", "t", "y"};
    constexpr std::array<std::string_view, 6> no = {"false", "0", "no", "off", "f", "n"};
    auto text = asked.query_value(name);
    if (!text)
        return std::nullopt;
    std::transform(text->begin(), text->end(), text->begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    if (std::find(yes.begin(), yes.end(), *text) != yes.end())
        return true;
    if (std::find(no.begin(), no.end(), *text) == no.end())
        wrong.add("bool_parsing", {"query", json::string(name)},
                  "Input should be a valid boolean, unable to interpret input", json::string(*text));
    return false;
}

} // namespace

staso_vendor::staso_vendor(world& in) : world_(in), api_key_(make_key(in.seed)) {
    const std::string runs = "/v1/eval/runs";
    const std::string run = runs + "/{run_id}";
    routes_.add("POST", runs, [this](const request& r, const captures&) { return create(r, false); });
    routes_.add("GET", runs, [this](const request& r, const captures&) { return list(r); });
    routes_.add("GET", run, [this](const request&, const captures& c) { return get(c[0]); });
    routes_.add("POST", run + "/cancel", [this](const request&, const captures& c) { return cancel(c[0]); });
    routes_.add("GET", run + "/verdicts", [this](const request& r, const captures& c) { return verdicts(r, c[0]); });
    routes_.add("GET", run + "/summary", [this](const request&, const captures& c) { return summary(c[0]); });
    routes_.add("POST", "/v1/eval/backfill", [this](const request& r, const captures&) { return create(r, true); });

    staso_spec spec;
    spec.scope = {{"agent_id", json::string(demo_agent)}};
    spec.name = "a run that ended an hour ago";
    for (const auto& one : zero_configs())
        spec.rules.push_back(&one);
    finished_run_id_ = start(std::move(spec), in.seeded_plan(), in.clock.now() - std::chrono::hours(1)).id();
}

staso_run& staso_vendor::start(staso_spec spec, const run_plan& plan, instant created_at) {
    auto items = select(spec.scope, world_.traces);
    auto id = make_uuid(world_.seed, "staso run", created_++, uuid_style::random);
    return runs_.add(
        std::make_unique<staso_run>(std::move(id), std::move(spec), std::move(items), plan, world_, created_at));
}

std::optional<reply> staso_vendor::refuse(const request& asked) {
    const auto key = asked.header("X-API-Key");
    if (key == api_key_)
        return std::nullopt;
    return error(401, key.empty() ? "Missing API key" : "Invalid API key");
}

reply staso_vendor::error(int status, const std::string& message) {
    return json_reply(status, json::object{{"detail", message}});
}

void staso_vendor::tell_rate(const rate_verdict&, reply&) const {} // Staso publishes no limits

reply staso_vendor::create(const request& asked, bool backfill) {
    const auto& shape = world_.current.staso;
    complaints wrong;
    auto spec = read_create(asked.body, shape.rules_key, runs_, wrong);
    if (!spec)
        return json_reply(422, wrong.body());
    if (backfill)
        spec->trigger = "backfill";
    const instant now = world_.clock.now();
    const auto& run = start(std::move(*spec), next_plan(world_.current.staso.runs), now);
    if (backfill)
        return json_reply(202, json::object{{"runs", json::array{to_json(run, now, shape)}}});
    return json_reply(shape.create_status, wrap_run(to_json(run, now, shape), shape));
}

reply staso_vendor::list(const request& asked) {
    complaints wrong;
    const long limit = read_number(asked, "limit", default_limit, 1, most_limit, wrong);
    const long offset = read_number(asked, "offset", 0, 0, 1'000'000'000, wrong);
    if (!wrong.empty())
        return json_reply(422, wrong.body());
    const auto& runs = runs_.newest_last();
    json::array page;
    for (auto at = static_cast<std::size_t>(offset); at < runs.size() && page.size() < static_cast<std::size_t>(limit);
         ++at)
        page.push_back(to_json(*runs[runs.size() - 1 - at], world_.clock.now(), world_.current.staso));
    return json_reply(200, json::object{{"runs", std::move(page)}});
}

reply staso_vendor::get(const std::string& id) {
    const auto* run = runs_.find(id);
    const auto& shape = world_.current.staso;
    return run == nullptr ? unknown_run() : json_reply(200, wrap_run(to_json(*run, world_.clock.now(), shape), shape));
}

reply staso_vendor::cancel(const std::string& id) {
    auto* run = runs_.find(id);
    if (run == nullptr)
        return unknown_run();
    const instant now = world_.clock.now();
    if (!run->cancel(now))
        return error(409, "Run is already " + run->at(now).status);
    const auto& shape = world_.current.staso;
    if (shape.cancel_answers_empty)
        return {204, {}, {}, {}};
    return json_reply(202, wrap_run(to_json(*run, now, shape), shape));
}

reply staso_vendor::verdicts(const request& asked, const std::string& id) {
    auto* run = runs_.find(id);
    if (run == nullptr)
        return unknown_run();
    complaints wrong;
    const auto passed = read_flag(asked, "passed", wrong);
    auto limit = static_cast<std::size_t>(read_number(asked, "limit", default_limit, 1, most_limit, wrong));
    const auto offset = static_cast<std::size_t>(read_number(asked, "offset", 0, 0, 1'000'000'000, wrong));
    if (!wrong.empty())
        return json_reply(422, wrong.body());
    const auto& shape = world_.current.staso;
    limit = std::min<std::size_t>(limit, shape.max_page.value_or(most_limit));

    const std::size_t done = run->verdicts_done(run->at(world_.clock.now()));
    json::array page;
    std::size_t total = done;
    if (!passed) {
        for (std::size_t at = offset; at < done && page.size() < limit; ++at)
            page.push_back(verdict_json(*run, at, shape));
    } else {
        total = 0;
        for (std::size_t at = 0; at < done; ++at) {
            if (run->judgement_of(at).passed != *passed)
                continue;
            if (total >= offset && page.size() < limit)
                page.push_back(verdict_json(*run, at, shape));
            ++total;
        }
    }
    return json_reply(200, wrap_list(std::move(page), total, shape));
}

reply staso_vendor::summary(const std::string& id) {
    auto* run = runs_.find(id);
    return run == nullptr ? unknown_run() : json_reply(200, summary_json(*run, world_.clock.now()));
}

std::vector<started_run> staso_vendor::started() const {
    std::vector<started_run> out;
    for (const auto* run : runs_.newest_last())
        out.push_back({run->id(), run->spec().name, run->created_at()});
    return out;
}

void staso_vendor::add_samples(json::object& samples) const {
    const auto& traces = world_.traces.all();
    const auto sample =
        std::find_if(traces.begin(), traces.end(), [](const trace& t) { return t.agent_id == demo_agent; });
    json::object datasets;
    for (const auto& one : world_.traces.datasets())
        datasets[one.name] = one.dataset_id;
    samples["staso_api_key"] = api_key_;
    samples["agent_id"] = demo_agent;
    samples["session_id"] = sample->session_id;
    samples["trace_id"] = sample->trace_id;
    samples["dataset_id"] = world_.traces.datasets().front().dataset_id;
    samples["datasets"] = std::move(datasets);
    samples["time_range"] = {{"start", "2026-05-01T00:00:00Z"}, {"end", "2026-05-08T00:00:00Z"}};
    samples["rule_id"] = custom_rules()[0].id;
    samples["agentic_rule_id"] = custom_rules()[1].id;
    samples["staso_finished_run_id"] = finished_run_id_;
}

} // namespace evalbridge::sandbox
