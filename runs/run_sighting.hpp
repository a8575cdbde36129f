#pragma once
// A run at one moment: what a client that waits compares with what it knows.

#include "mapping/run.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace evalbridge {

/// A run as it was last seen.
struct run_sighting {
    std::shared_ptr<const run> seen; ///< after run_memory::observe
    std::string json;                ///< as `GET /v1/runs/{id}` answers it
    std::string etag;                ///< `W/"..."`, of the json

    /// What is between the quotes of the tag: what the store knows a state by.
    std::string_view digest() const { return std::string_view(etag).substr(3, etag.size() - 4); }
};
using sighting_ptr = std::shared_ptr<const run_sighting>;

/// Of a run that was read with the vendor's own JSON, that is left out: the same state has the same tag however it was
/// read.
sighting_ptr make_sighting(run r);

/// Whether the field value of an If-None-Match names that state: `*`, or a list of tags, compared weakly.
bool names_etag(std::string_view if_none_match, std::string_view etag);

} // namespace evalbridge
