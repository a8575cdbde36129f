#pragma once
// POST /v1/runs: a spec on one provider, or a suite by its name.

#include "gateway/handlers/services.hpp"

namespace evalbridge {

boost::asio::awaitable<result<reply>> create_runs(services& s, const request_context& request);

} // namespace evalbridge
