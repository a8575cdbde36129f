#pragma once
// The layers, one maker each: a policy in a coroutine's shell. Which goes around which is stack.cpp's to say.

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/notice.hpp"
#include "base/random.hpp"
#include "upstream/options.hpp"
#include "upstream/provider_state.hpp"
#include "upstream/upstream.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace evalbridge {

/// What the layers of one shard work with. All references outlive them; `time` and `log` also outlive the executor's
/// context, whose suspended calls may go after the layers.
struct layer_context {
    boost::asio::any_io_executor executor;
    clock& time;
    logger& log;
    random_source chance;
    notice& closing; ///< given when the shard's time is up: whoever waits in a layer is refused at once
    /// Clients' calls of one provider under way at a time, those included that wait or share another's exchange.
    std::size_t max_calls = std::numeric_limits<std::size_t>::max();
};

using upstream_ptr = std::unique_ptr<upstream>;

/// Adds up the time that calls wait for the provider.
upstream_ptr observe_calls(const layer_context& context, provider_state& state, upstream_ptr inner);
/// Answers from `state.cache` what was kept there. GET only. `credential` tells the credentials apart that answers
/// were got with; it isn't one.
upstream_ptr cache_answers(const layer_context& context, provider_state& state, std::string credential,
                           upstream_ptr inner);
/// Refuses clients' calls beyond `max_calls`: a provider that doesn't answer would else hold every place that the
/// gateway has for requests.
upstream_ptr limit_calls(const layer_context& context, provider_state& state, upstream_ptr inner);
/// Identical reads of one shard, equally urgent, that are under way at the same time are one. The shared exchange has
/// its own task and deadline; waiters wait under theirs; when the last leaves, it is called off.
upstream_ptr share_flights(const layer_context& context, provider_state& state, upstream_ptr inner);
upstream_ptr retry_attempts(const layer_context& context, provider_state& state, upstream_ptr inner);
upstream_ptr break_circuit(const layer_context& context, provider_state& state, upstream_ptr inner);
/// Waits for room in the rate budget, up to the deadline, and tells it what answers say of it.
upstream_ptr keep_rate(const layer_context& context, provider_state& state, upstream_ptr inner);
/// At most `max_connections` attempts at a time; `max_queue` wait, in turn by client.
upstream_ptr limit_concurrency(const layer_context& context, provider_state& state, upstream_ptr inner);
/// Tells of every attempt that failed, remembers the last, names the provider in its error, and counts. A healthy
/// attempt leaves no line: the access log has one for the request already. One that was called off is no failure.
upstream_ptr observe_attempts(const layer_context& context, provider_state& state, upstream_ptr inner);
/// Adds the credential to a copy of the request, so that nothing above ever holds it.
upstream_ptr authorize(std::vector<credential> credentials, upstream_ptr inner);

} // namespace evalbridge
