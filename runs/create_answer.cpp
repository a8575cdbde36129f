#include "runs/create_answer.hpp"

#include "base/percent.hpp"
#include "mapping/timestamp.hpp"
#include "mapping/write.hpp"
#include "runs/create_cause.hpp"

namespace evalbridge {
namespace {

void write_time(json_writer& out, const std::optional<store_time>& at) {
    if (at)
        out.string(format_timestamp(timestamp(std::chrono::microseconds(*at))));
    else
        out.null();
}

void write_ids(json_writer& out, const std::vector<std::string>& ids) {
    out.begin_array();
    for (const auto& each : ids)
        out.string(each);
    out.end_array();
}

void write_member(json_writer& out, const create_record& member) {
    out.begin_object();
    out.key("role").string(name_of(member.role));
    out.key("provider").string(member.provider);
    out.key("create_id").string(member.create_id);
    out.key("state").string(name_of(member.state));
    out.key("run_ids");
    write_ids(out, member.run_ids);
    out.end_object();
}

void write_cause(json_writer& out, const std::optional<kept_cause>& cause) {
    if (!cause) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("code").string(cause->code);
    out.key("detail").string(cause->detail);
    out.end_object();
}

// Whether the same request, with its key if it had one, is worth sending again.
bool is_retryable(const create_record& create, const std::optional<kept_cause>& cause) {
    if (create.state == create_state::absent)
        return true;
    if (create.state == create_state::refused)
        return cause && cause->retryable;
    return create.state == create_state::indeterminate && !create.settled_at && create.key;
}

// The members as they are once these runs are recorded.
std::vector<create_record> with_started(std::vector<create_record> members, const create_record& create,
                                        const std::vector<run>& runs) {
    for (auto& each : members) {
        if (each.create_id != create.create_id)
            continue;
        each.state = create_state::started;
        for (const auto& one : runs)
            each.run_ids.push_back(one.id);
    }
    return members;
}

} // namespace

void write_group(json_writer& out, const group_record& group, const std::vector<create_record>& members) {
    out.begin_object();
    out.key("id").string(group.group_id);
    out.key("suite").string(group.suite);
    out.key("members").begin_array();
    for (const auto& each : members)
        write_member(out, each);
    out.end_array().end_object();
}

std::string group_json(const group_record& group, const std::vector<create_record>& members) {
    std::string text;
    json_writer out(text);
    write_group(out, group, members);
    return text;
}

std::string location_of_create(const std::string& create_id) { return "/v1/creates/" + create_id; }

kept_answer started_answer(connection& db, const create_record& create, const std::vector<run>& runs) {
    kept_answer answer{201, "application/json", {}, "/v1/runs/" + encode_path_segment(runs.front().id)};
    json_writer out(answer.body);
    out.begin_object().key("runs").begin_array();
    for (const auto& each : runs)
        write(out, each);
    out.end_array();
    if (create.group_id && create.role == create_role::primary)
        if (const auto group = find_group(db, *create.group_id)) {
            out.key("group");
            write_group(out, *group, with_started(creates_of_group(db, *create.group_id), create, runs));
        }
    out.end_object();
    return answer;
}

run_origin origin_of(const create_record& create, const std::map<std::string, std::string>& labels) {
    run_origin origin;
    origin.started_by = create.client;
    origin.create_id = create.create_id;
    origin.group_id = create.group_id;
    origin.suite = create.suite;
    origin.labels = labels;
    return origin;
}

std::string create_json(const create_record& create) {
    const auto cause = cause_of(create);
    std::string text;
    json_writer out(text);
    out.begin_object();
    out.key("id").string(create.create_id);
    out.key("state").string(name_of(create.state));
    out.key("role").string(name_of(create.role));
    out.key("provider").string(create.provider);
    out.key("suite").string_or_null(create.suite);
    out.key("group_id").string_or_null(create.group_id);
    out.key("created_at");
    write_time(out, create.created_at);
    out.key("settled_at");
    write_time(out, create.settled_at);
    out.key("retryable").boolean(is_retryable(create, cause));
    out.key("runs");
    write_ids(out, create.run_ids);
    out.key("cause");
    write_cause(out, cause);
    out.end_object();
    return text;
}

} // namespace evalbridge
