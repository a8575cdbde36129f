#include "upstream/layers/stack.hpp"

#include "upstream/layers/authorize.hpp"
#include "upstream/layers/observe.hpp"
#include "upstream/transport/transport.hpp"

namespace evalbridge {

std::unique_ptr<upstream> make_stack(const stack_context& context, std::string provider_name,
                                     const upstream_options& options, std::vector<credential> credentials) {
    // Outermost first. A layer that answers without asking, or that asks again, stands above observe_attempts, so that
    // each attempt is told of by itself; one that delays or refuses a single attempt stands below it.
    return
        // Every attempt is seen here as it went on the wire, and its error gets the provider's name.
        observe_attempts(
            std::move(provider_name), context.log, context.time,
            // The credential comes last, so that nothing above, no key, log line or fixture, ever holds it.
            authorize(std::move(credentials),
                      // The vendor's socket.
                      make_transport(context.executor, options, context.sweeper, context.names, context.log)));
}

} // namespace evalbridge
