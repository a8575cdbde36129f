// APIEvaluationRun, and the answer of a create.

#include "adapters/gradient/decode_run.hpp"
#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/decode_parts.hpp"
#include "adapters/gradient/encode.hpp"
#include "mapping/ascii.hpp"

#include <algorithm>
#include <unordered_set>

namespace evalbridge::gradient {
namespace {

constexpr std::size_t most_created = 1'000; // runs of one create

void read_status(json_reader in, run& out) {
    out.native_status = in.nonempty_string();
    if (!out.native_status) {
        out.mapping.push_back({note_kind::defaulted, "status", "the vendor gave no status"});
        return;
    }
    const auto* word = find_status(*out.native_status);
    if (!word)
        return;
    out.status = word->status;
    if (!word->phase.empty())
        out.phase = word->phase;
}

void read_id(json_reader in, const run_identity& which, run& out) {
    const auto told = in.nonempty_string();
    out.native_id = which.native_id.empty() ? told.value_or("") : std::string(which.native_id);
    if (!is_native_id(out.native_id))
        in.fail("expected the id of a run");
    else if (told && !equal_folded(*told, out.native_id))
        in.fail("another run than the one asked for");
    out.id = make_run_id(which.provider, out.native_id);
    out.provider = which.provider;
    out.vendor = vendor_name;
}

void read_scope(json_reader& in, run& out) {
    test_case_scope scope;
    scope.test_case_id = in["test_case_uuid"].optional_string().value_or("");
    scope.version = in["test_case_version"].optional_integer();
    if (scope.test_case_id.empty())
        return;
    if (out.agent.id)
        scope.agents.push_back(*out.agent.id);
    if (out.agent.deployment)
        scope.deployments.push_back(*out.agent.deployment);
    out.scope = std::move(scope);
}

// In the order of the vendor's members, which is alphabetical. Without a native id the run tells its own.
run read_run(json_reader& in, const run_identity& which, bool raw) {
    run out;
    if (raw)
        out.raw = in.raw(max_raw_depth);
    out.agent.deployment = in["agent_deployment_name"].nonempty_string();
    out.agent.name = in["agent_name"].nonempty_string();
    out.agent.id = in["agent_uuid"].nonempty_string();
    out.agent.version = in["agent_version_hash"].nonempty_string();
    out.error = in["error_description"].nonempty_string();
    read_id(in["evaluation_run_uuid"], which, out);
    out.finished_at = read_time(in["finished_at"]);
    if (const auto passed = in["pass_status"].optional_boolean()) {
        out.outcome = *passed ? run_outcome::passed : run_outcome::failed;
        out.outcome_source = "provider";
    }
    out.created_at = read_time(in["queued_at"]);
    in["run_level_metric_results"].each([&](json_reader& each) {
        if (out.run_metrics.size() >= most_metric_results)
            return each.fail("more metric results than a run can have");
        out.run_metrics.push_back(read_measurement(each, raw));
    });
    out.name = in["run_name"].nonempty_string();
    if (auto star = in["star_metric_result"]; star.present()) {
        out.star.emplace();
        out.star->result = read_measurement(star, raw);
        out.star->metric = out.star->result->metric;
    }
    out.started_at = read_time(in["started_at"]);
    read_status(in["status"], out);
    out.description = in["test_case_description"].nonempty_string();
    read_scope(in, out);
    if (out.created_at)
        out.mapping.push_back({note_kind::derived, "created_at", "queued_at; the vendor has no time of creation"});
    if (out.description)
        out.mapping.push_back({note_kind::derived, "description", "the test case's"});
    return out;
}

void read_created_id(json_reader& in, std::vector<std::string>& ids) {
    auto id = in.string();
    if (!is_native_id(id))
        in.fail("expected the id of a run");
    else if (std::ranges::find(ids, id) == ids.end())
        ids.push_back(std::move(id));
}

} // namespace

result<std::vector<std::string>> decode_created(std::string_view body) {
    std::vector<std::string> ids;
    json_document document(body);
    auto root = document.root();
    auto list = root["evaluation_run_uuids"];
    std::size_t listed = 0;
    list.each([&](json_reader& each) {
        if (++listed > most_created)
            return each.fail("more runs than one create can start");
        read_created_id(each, ids);
    });
    if (ids.empty())
        list.fail("expected the ids of the runs that were started");
    if (const auto whole = document.finish(); !whole)
        return whole.error();
    return ids;
}

result<run> decode_run(std::string_view body, const run_identity& which, bool raw) {
    run out;
    json_document document(body);
    auto root = document.root();
    auto found = root["evaluation_run"];
    if (found.is_object())
        out = read_run(found, which, raw);
    else
        found.fail("expected the run");
    if (const auto whole = document.finish(); !whole)
        return whole.error();
    return out;
}

result<run_list> decode_run_list(std::string_view body, std::string_view provider) {
    run_list out;
    std::unordered_set<std::string> met;
    json_document document(body);
    auto root = document.root();
    auto list = root["evaluation_runs"];
    out.told = list.is_array();
    if (!root.is_object() || (list.present() && !out.told))
        list.fail("expected the runs of the test case");
    list.each([&](json_reader& each) {
        auto found = read_run(each, {provider, {}}, false);
        if (met.insert(found.native_id).second)
            out.runs.push_back(std::move(found));
    });
    if (const auto whole = document.finish(); !whole)
        return whole.error();
    return out;
}

run_facts read_facts(json_reader& in) {
    run_facts out;
    out.agent_version = in["agent_version_hash"].nonempty_string();
    if (const auto status = in["status"].optional_string())
        if (const auto* word = find_status(*status))
            out.status = word->status;
    out.test_case = in["test_case_uuid"].nonempty_string();
    out.test_case_version = in["test_case_version"].optional_integer();
    return out;
}

run_facts facts_of(const run& r) {
    run_facts out;
    out.status = r.status;
    out.agent_version = r.agent.version;
    if (!r.scope)
        return out;
    if (const auto* scope = std::get_if<test_case_scope>(&*r.scope)) {
        out.test_case = scope->test_case_id;
        out.test_case_version = scope->version;
    }
    return out;
}

} // namespace evalbridge::gradient
