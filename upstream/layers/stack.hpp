#pragma once
// The ONE place that orders the layers around a provider's transport.

#include "base/deadline_sweeper.hpp"
#include "upstream/layers/layers.hpp"

#include <memory>

namespace evalbridge {

class resolver;

struct stack_context {
    layer_context layers;
    deadline_sweeper& sweeper;
    std::shared_ptr<resolver> names;
};

/// A provider's upstream, ready to send: the layers in their order around a transport. For one shard; `state` is the
/// provider's, shared by all shards.
upstream_ptr make_stack(const stack_context& context, provider_state& state, std::vector<credential> credentials);

/// The layers alone, around something else that answers: for tests and benchmarks.
upstream_ptr make_layers(const layer_context& context, provider_state& state, std::vector<credential> credentials,
                         upstream_ptr transport);

} // namespace evalbridge
