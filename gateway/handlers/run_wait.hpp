#pragma once
// One run: as it stands, or once it isn't any more as the client knows it.

#include "gateway/handlers/services.hpp"

namespace evalbridge {

/// GET /v1/runs/{id}
boost::asio::awaitable<result<reply>> show_run(services& s, const request_context& request);

} // namespace evalbridge
