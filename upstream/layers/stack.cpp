#include "upstream/layers/stack.hpp"

#include "base/crypto.hpp"
#include "upstream/transport/transport.hpp"

namespace evalbridge {
namespace {

/// Tells credentials apart and gives none away.
std::string fingerprint(const std::vector<credential>& credentials) {
    std::string all;
    for (const auto& each : credentials)
        for (const std::string_view part : {std::string_view(each.field), std::string_view(each.value.reveal())})
            all.append(std::to_string(part.size())).append(":").append(part);
    const auto digest = sha256(all);
    return {digest.begin(), digest.end()};
}

} // namespace

upstream_ptr make_layers(const layer_context& context, provider_state& state, std::vector<credential> credentials,
                         upstream_ptr transport) {
    auto seen_with = fingerprint(credentials);
    // Outermost first.
    // clang-format off
    return
        // What a caller sees of a call: its whole time and its end.
        observe_calls(context, state,
        // Above all that waits or sends: what is kept needs neither.
        cache_answers(context, state, std::move(seen_with),
        // Above all that may make a call wait, so that whoever waits is counted.
        limit_calls(context, state,
        // Above retry: what is asked once for many is also retried once for all of them.
        share_flights(context, state,
        // Each attempt passes everything below anew.
        retry_attempts(context, state,
        // Below retry, so that a breaker that opens ends the attempts; above the rate budget, so that what isn't sent
        // takes no room in it.
        break_circuit(context, state,
        // Above concurrency: who waits for room, which can be an hour away, holds no connection's place meanwhile.
        keep_rate(context, state,
        // What waits here has all it needs but a connection.
        limit_concurrency(context, state,
        // Every attempt as it goes on the wire, without the time that it waited for its turn.
        observe_attempts(context, state,
        // The credential comes last, so that nothing above, no key, log line or fixture, ever holds it.
        authorize(std::move(credentials),
        std::move(transport)))))))))));
    // clang-format on
}

upstream_ptr make_stack(const stack_context& context, provider_state& state, std::vector<credential> credentials) {
    const auto& with = context.layers;
    // The vendor's socket.
    auto transport = make_transport(with.executor, state.options, context.sweeper, context.names, with.log);
    return make_layers(with, state, std::move(credentials), std::move(transport));
}

} // namespace evalbridge
