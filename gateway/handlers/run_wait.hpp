#pragma once
// One run: as it stands, or once it isn't any more as the client knows it.

#include "gateway/handlers/services.hpp"
#include "runs/run_sighting.hpp"

namespace evalbridge {

/// GET /v1/runs/{id}
boost::asio::awaitable<result<reply>> show_run(services& s, const request_context& request);

/// What is known here of a run that has ended, which nothing can change any more: the answer where its provider
/// couldn't say, as `why` tells. Nothing for other faults, for a run that goes on, and where the store can't be read.
boost::asio::awaitable<std::optional<run_sighting>> kept_end(services& s, std::string run_id, error why);

} // namespace evalbridge
