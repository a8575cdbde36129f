#pragma once
// Creates that were asked for as one: a suite's run on its primary provider, and on its shadows.

#include "store/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

struct create_record;

enum class create_role {
    primary, ///< what the client is answered with; also of a create on its own
    shadow,  ///< sent once the primary was started
};
std::string_view name_of(create_role role);

struct group_record {
    std::string group_id;
    std::string client; ///< the API key's name
    std::string suite;
    std::int64_t created_at = 0; ///< microseconds since 1970
};

/// Nothing where it is recorded already.
void record_group(connection& db, const group_record& group);
std::optional<group_record> find_group(connection& db, const std::string& group_id);
/// In order: the primary first.
std::vector<create_record> creates_of_group(connection& db, const std::string& group_id);
/// Shadows that haven't been sent and may be: their primary was started, or it can't be known whether it was.
std::vector<create_record> shadows_to_send(connection& db);
/// A primary that started nothing has no shadows.
void call_off_shadows(connection& db, const std::string& primary_create_id, std::int64_t now);

} // namespace evalbridge
