#pragma once
// What a client is told of a create and of a group: the same bytes whether the runs were started just now or found
// later.

#include "mapping/json_writer.hpp"
#include "store/creates.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

/// `{"id", "suite", "members": [{"role", "provider", "create_id", "state", "run_ids"}]}`.
void write_group(json_writer& out, const group_record& group, const std::vector<create_record>& members);
std::string group_json(const group_record& group, const std::vector<create_record>& members);

/// `/v1/creates/<id>`.
std::string location_of_create(const std::string& create_id);

/// The 201: `{"runs": [...]}`, with the group where `create` is the primary of one, as the store has it now. Its
/// Location is the first run. `runs` isn't empty.
kept_answer started_answer(connection& db, const create_record& create, const std::vector<run>& runs);

/// Who has started the runs of a create, for the registry.
run_origin origin_of(const create_record& create, const std::map<std::string, std::string>& labels);

/// What GET /v1/creates/{id} tells.
std::string create_json(const create_record& create);

} // namespace evalbridge
