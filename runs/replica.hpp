#pragma once
// Who this process is among the gateways that share a store.

#include <string>

namespace evalbridge {

/// 20 lower-case hexadecimal digits, random: a replica's id, new with every process, and a create's id.
std::string make_unique_id();

struct replica_identity {
    std::string id;
};

} // namespace evalbridge
