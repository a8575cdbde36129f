#include "tests/oracle/gradient.hpp"
#include "tests/oracle/gradient_parts.hpp"

#include <map>

namespace evalbridge::oracle::gradient {
namespace {

struct status_of {
    const char* status;
    const char* phase = nullptr;
};

const std::map<std::string, status_of> statuses = {
    {"EVALUATION_RUN_QUEUED", {"pending"}},
    {"EVALUATION_RUN_RUNNING_DATASET", {"running", "dataset"}},
    {"EVALUATION_RUN_EVALUATING_RESULTS", {"running", "evaluating"}},
    {"EVALUATION_RUN_RUNNING", {"running"}},
    {"EVALUATION_RUN_CANCELLING", {"cancelling"}},
    {"EVALUATION_RUN_CANCELLED", {"cancelled"}},
    {"EVALUATION_RUN_SUCCESSFUL", {"completed"}},
    {"EVALUATION_RUN_COMPLETED", {"completed"}},
    {"EVALUATION_RUN_PARTIALLY_SUCCESSFUL", {"partial"}},
    {"EVALUATION_RUN_FAILED", {"failed"}},
};

/// Ids that can be a segment of a path.
void check_id(const std::string& id) {
    bool good = !id.empty() && id.size() <= 512 && id != "." && id != "..";
    for (const char c : id)
        good = good && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && c != '/';
    if (!good)
        throw refused("no id of a run");
}

json::value scope(told in, const std::optional<std::string>& agent, const std::optional<std::string>& deployment) {
    const auto id = in["test_case_uuid"].maybe_text().value_or("");
    const auto version = in["test_case_version"].maybe_integer();
    if (id.empty())
        return nullptr;
    json::object out;
    out["test_case_id"] = id;
    if (agent)
        out["agents"] = json::array{*agent};
    if (deployment)
        out["deployments"] = json::array{*deployment};
    if (version)
        out["version"] = *version;
    return out;
}

json::value star_of(std::optional<measured>& result, const judge* with, making& notes) {
    std::optional<metric_name> metric;
    std::optional<double> threshold;
    if (result)
        metric = result->metric;
    const auto* setting = with && with->of_run && with->of_run->star ? &*with->of_run->star : nullptr;
    if (setting && !metric) {
        metric_name named;
        named.id = setting->id;
        named.native_name = setting->name.value_or("");
        metric = with->named(named);
    } else if (setting && !setting->is(*metric)) {
        setting = nullptr;
    }
    if (!metric)
        return nullptr;
    if (setting) {
        bool derived = false;
        threshold = with->star_threshold(*metric, result ? result->value.type : "unknown", derived);
        if (derived && threshold)
            notes.note("derived", "star_metric.threshold", "the test case's legacy percentage");
    }
    return {{"metric", metric->told()},
            {"threshold", or_null(threshold)},
            {"result", result ? json::value(result->told()) : json::value(nullptr)}};
}

json::value metrics_of(const std::vector<measured>& results, const judge* with, making& notes) {
    std::vector<metric_name> listed;
    if (!with)
        return json::array();
    if (with->of_run)
        for (const auto& each : with->of_run->metrics)
            listed.push_back(with->named(each.metric));
    for (const auto& each : results) {
        bool known = false;
        for (const auto& other : listed)
            known =
                known || (other.id && each.metric.id ? *other.id == *each.metric.id
                                                     : folded(other.native_name) == folded(each.metric.native_name));
        if (!known)
            listed.push_back(each.metric);
    }
    json::array out;
    for (const auto& each : listed)
        out.push_back(each.told());
    if (!out.empty())
        notes.note("derived", "metrics", with->of_run ? "the test case's" : "those with a run-level result");
    return out;
}

} // namespace

json::value run(const json::value& answer, const which& one, bool raw, const judge* with) {
    const auto in = told(&answer)["evaluation_run"];
    if (!in.is_object())
        throw refused("no run");
    making notes;
    json::object out;
    const auto id = in["evaluation_run_uuid"].some_text();
    const auto native_id = one.native_id.empty() ? id.value_or("") : one.native_id;
    check_id(native_id);
    if (id && folded(*id) != folded(native_id))
        throw refused("another run");
    out["id"] = one.provider + ":" + native_id;
    out["provider"] = one.provider;
    out["vendor"] = "gradient";
    out["native_id"] = native_id;
    const auto native_status = in["status"].some_text();
    const auto known = statuses.find(native_status.value_or(""));
    const std::string status = known == statuses.end() ? "unknown" : known->second.status;
    const bool phase = known != statuses.end() && known->second.phase;
    if (!native_status)
        notes.note("defaulted", "status", "the vendor gave no status");
    out["native_status"] = or_null(native_status);
    out["status"] = status;
    out["phase"] = phase ? json::value(known->second.phase) : json::value(nullptr);
    out["terminal"] = status == "completed" || status == "partial" || status == "failed" || status == "cancelled";
    const auto passed = in["pass_status"].maybe_boolean();
    out["outcome"] = passed ? json::value(*passed ? "passed" : "failed") : json::value(nullptr);
    out["outcome_source"] = passed ? json::value("provider") : json::value(nullptr);
    out["name"] = or_null(in["run_name"].some_text());
    out["description"] = or_null(in["test_case_description"].some_text());
    if (!out["description"].is_null())
        notes.note("derived", "description", "the test case's");
    out["error"] = or_null(in["error_description"].some_text());
    for (const auto* member : {"suite", "trigger", "baseline_run_id", "progress"})
        out[member] = nullptr;
    const auto agent = in["agent_uuid"].some_text();
    const auto deployment = in["agent_deployment_name"].some_text();
    out["agent"] = {{"id", or_null(agent)},
                    {"name", or_null(in["agent_name"].some_text())},
                    {"version", or_null(in["agent_version_hash"].some_text())},
                    {"deployment", or_null(deployment)}};
    out["scope"] = scope(in, agent, deployment);
    out["created_at"] = time(in["queued_at"]);
    if (!out["created_at"].is_null())
        notes.note("derived", "created_at", "queued_at; the vendor has no time of creation");
    out["started_at"] = time(in["started_at"]);
    out["finished_at"] = time(in["finished_at"]);
    out["labels"] = json::object();

    std::vector<measured> results;
    in["run_level_metric_results"].each([&](told each) {
        if (results.size() == most_metric_results)
            throw refused("too many metric results");
        results.push_back(measurement(each, raw));
    });
    std::optional<measured> star;
    if (in["star_metric_result"].present())
        star = measurement(in["star_metric_result"], raw);
    if (with) {
        for (auto& each : results)
            with->complete(each);
        if (star)
            with->complete(*star);
    }
    json::array run_metrics;
    for (const auto& each : results)
        run_metrics.push_back(each.told());
    out["run_metrics"] = std::move(run_metrics);
    out["star_metric"] = star_of(star, with, notes);
    out["metrics"] = metrics_of(results, with, notes);
    out["mapping"] = notes.told();
    if (raw)
        out["raw"] = in.raw();
    return out;
}

} // namespace evalbridge::oracle::gradient
