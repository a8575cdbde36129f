#include "mapping/spec_members.hpp"

namespace evalbridge {
namespace {

std::optional<int> read_sample(spec_members& in) {
    const auto pct = in.integer("sample_pct", 1, 100);
    return pct ? std::optional(static_cast<int>(*pct)) : std::nullopt;
}

std::optional<scope> read_trace(spec_members& in) {
    auto id = in.id("trace_id");
    return id ? std::optional<scope>(trace_scope{std::move(*id)}) : std::nullopt;
}

std::optional<scope> read_session(spec_members& in) {
    auto id = in.id("session_id");
    return id ? std::optional<scope>(session_scope{std::move(*id)}) : std::nullopt;
}

std::optional<scope> read_dataset(spec_members& in) {
    auto id = in.id("dataset_id");
    return id ? std::optional<scope>(dataset_scope{std::move(*id)}) : std::nullopt;
}

std::optional<scope> read_agent(spec_members& in) {
    auto id = in.id("agent_id");
    const auto sample = read_sample(in);
    return id ? std::optional<scope>(agent_scope{std::move(*id), sample}) : std::nullopt;
}

std::optional<timestamp> read_time(spec_members& in, std::string_view key, std::string& text) {
    in.require(key);
    auto given = in.id(key);
    if (!given)
        return {};
    const auto at = parse_strict_timestamp(*given);
    if (!at)
        in.refuse(key, "must be an RFC 3339 time, like 2026-05-10T08:00:00Z");
    text = std::move(*given);
    return at;
}

/// `start` and `end`, from wherever they stand.
bool read_bounds(spec_members& in, time_range_scope& out) {
    const auto start = read_time(in, "start", out.start);
    const auto end = read_time(in, "end", out.end);
    if (!start || !end)
        return false;
    if (*start < *end)
        return true;
    in.refuse("end", "must be later than start");
    return false;
}

std::optional<scope> read_range(spec_members& in) {
    time_range_scope out;
    bool read = false;
    if (in.has("time_range")) {
        if (auto range = in.object("time_range")) {
            read = read_bounds(*range, out);
            range->refuse_others();
        }
    } else {
        read = read_bounds(in, out);
    }
    out.sample_pct = read_sample(in);
    return read ? std::optional<scope>(std::move(out)) : std::nullopt;
}

std::vector<std::string> read_ids(spec_members& in, std::string_view key) {
    std::vector<std::string> out;
    in.elements(key, [&](const boost::json::value& value, const std::string& pointer) {
        if (auto id = in.id_of(value, pointer))
            out.push_back(std::move(*id));
    });
    return out;
}

std::optional<scope> read_test_case(spec_members& in) {
    auto id = in.id("test_case_id");
    test_case_scope out;
    out.agents = read_ids(in, "agents");
    out.deployments = read_ids(in, "deployments");
    if (!in.has("agents") && !in.has("deployments"))
        in.refuse_object("a test case needs agents or deployments to run against");
    else if (out.agents.empty() && out.deployments.empty())
        in.refuse(in.has("agents") ? "agents" : "deployments", "must name at least one to run against");
    if (!id)
        return {};
    out.test_case_id = std::move(*id);
    return out;
}

/// What a scope is known by, and how it is read. Two rows may share a reader.
struct shape {
    std::string_view key;
    std::optional<scope> (*read)(spec_members&);
};
constexpr shape shapes[] = {
    {"trace_id", read_trace}, {"session_id", read_session},     {"dataset_id", read_dataset},
    {"agent_id", read_agent}, {"time_range", read_range},       {"start", read_range},
    {"end", read_range},      {"test_case_id", read_test_case},
};

/// What stands beside those in one shape or another.
constexpr std::string_view companions[] = {"sample_pct", "agents", "deployments"};

} // namespace

std::optional<scope> read_scope(spec_members& members) {
    const shape* found = nullptr;
    std::string given;
    bool several = false;
    for (const auto& each : shapes) {
        if (!members.has(each.key))
            continue;
        // Flat bounds are one shape; beside a time_range they are a second one.
        several = several || (found && (found->read != each.read || found->key == "time_range"));
        given += (given.empty() ? "" : ", ") + std::string(each.key);
        if (!found)
            found = &each;
    }
    if (!found || several) {
        members.refuse_object(found ? "must judge one thing, but has " + given
                                    : "must have exactly one of trace_id, session_id, dataset_id, agent_id, time_range "
                                      "(or start and end) and test_case_id");
        for (const auto& each : shapes)
            members.allow(each.key);
        for (const auto key : companions)
            members.allow(key);
        members.refuse_others();
        return {};
    }
    auto out = found->read(members);
    members.refuse_others();
    return out;
}

} // namespace evalbridge
