#include "mapping/read_parts.hpp"
#include "mapping/read_unified.hpp"

namespace evalbridge {
namespace {

using detail::written_integer;
using detail::written_integer_or_null;
using detail::written_text;
using detail::written_text_or_null;

constexpr run_outcome outcomes[] = {run_outcome::passed, run_outcome::failed};

bool is_given(json_reader& in) {
    if (in.type() == json_reader::kind::absent)
        in.fail("expected an object or null");
    return in.present();
}

std::optional<int> read_sample(json_reader in) {
    auto pct = in["sample_pct"];
    return pct.present() ? std::optional(written_integer<int>(pct)) : std::nullopt;
}

scope read_time_range(json_reader in) {
    auto range = in["time_range"];
    return time_range_scope{written_text(range["start"]), written_text(range["end"]), read_sample(in)};
}

std::vector<std::string> read_texts(json_reader in) {
    std::vector<std::string> out;
    in.each([&](json_reader& each) { out.push_back(written_text(each)); });
    return out;
}

scope read_test_case(json_reader in) {
    test_case_scope out;
    out.test_case_id = written_text(in["test_case_id"]);
    out.agents = read_texts(in["agents"]);
    out.deployments = read_texts(in["deployments"]);
    if (auto version = in["version"]; version.present())
        out.version = written_integer<std::int64_t>(version);
    return out;
}

/// What a scope is known by, and how it is read.
struct shape {
    std::string_view key;
    scope (*read)(json_reader);
};
constexpr shape shapes[] = {
    {"trace_id", [](json_reader in) -> scope { return trace_scope{written_text(in["trace_id"])}; }},
    {"session_id", [](json_reader in) -> scope { return session_scope{written_text(in["session_id"])}; }},
    {"dataset_id", [](json_reader in) -> scope { return dataset_scope{written_text(in["dataset_id"])}; }},
    {"agent_id", [](json_reader in) -> scope { return agent_scope{written_text(in["agent_id"]), read_sample(in)}; }},
    {"time_range", read_time_range},
    {"test_case_id", read_test_case},
};

std::optional<scope> read_scope(json_reader in) {
    if (!is_given(in))
        return {};
    for (const auto& each : shapes)
        if (in[each.key].present())
            return each.read(in);
    in.fail("expected a scope");
    return {};
}

std::optional<star_metric> read_star(json_reader in) {
    if (!is_given(in))
        return {};
    star_metric out;
    out.metric = detail::read_metric(in["metric"]);
    out.threshold = detail::written_number_or_null(in["threshold"]);
    if (auto given = in["result"]; is_given(given))
        out.result = detail::read_measurement(given);
    return out;
}

std::optional<run_progress> read_progress(json_reader in) {
    if (!is_given(in))
        return {};
    run_progress out;
    out.done = written_integer_or_null<std::int64_t>(in["done"]);
    out.total = written_integer_or_null<std::int64_t>(in["total"]);
    return out;
}

run_agent read_agent(json_reader in) {
    run_agent out;
    out.id = written_text_or_null(in["id"]);
    out.name = written_text_or_null(in["name"]);
    out.version = written_text_or_null(in["version"]);
    out.deployment = written_text_or_null(in["deployment"]);
    return out;
}

run_status read_status(json_reader in) {
    const auto status = parse_run_status(written_text(in));
    if (!status)
        in.fail("expected a status");
    return status.value_or(run_status::unknown);
}

std::optional<run_outcome> read_outcome(json_reader in) {
    if (in.type() == json_reader::kind::null)
        return {};
    return detail::written_word(in, outcomes);
}

run read_members(json_reader in) {
    run r;
    r.id = written_text(in["id"]);
    r.provider = written_text(in["provider"]);
    r.vendor = written_text(in["vendor"]);
    r.native_id = written_text(in["native_id"]);
    r.native_status = written_text_or_null(in["native_status"]);
    r.name = written_text_or_null(in["name"]);
    r.description = written_text_or_null(in["description"]);
    r.suite = written_text_or_null(in["suite"]);
    r.status = read_status(in["status"]);
    r.phase = written_text_or_null(in["phase"]);
    r.outcome = read_outcome(in["outcome"]);
    r.outcome_source = written_text_or_null(in["outcome_source"]);
    r.error = written_text_or_null(in["error"]);
    r.trigger = written_text_or_null(in["trigger"]);
    r.scope = read_scope(in["scope"]);
    r.agent = read_agent(in["agent"]);
    in["metrics"].each([&](json_reader& each) { r.metrics.push_back(detail::read_metric(each)); });
    r.baseline_run_id = written_text_or_null(in["baseline_run_id"]);
    r.progress = read_progress(in["progress"]);
    r.created_at = detail::written_time(in["created_at"]);
    r.started_at = detail::written_time(in["started_at"]);
    r.finished_at = detail::written_time(in["finished_at"]);
    in["labels"].members(
        [&](std::string_view name, json_reader& value) { r.labels.emplace(std::string(name), written_text(value)); });
    in["run_metrics"].each([&](json_reader& each) { r.run_metrics.push_back(detail::read_measurement(each)); });
    r.star = read_star(in["star_metric"]);
    detail::read_making(in, r.mapping, r.raw);
    return r;
}

} // namespace

result<run> read_run(std::string_view json) { return detail::read_whole(json, read_members); }

} // namespace evalbridge
