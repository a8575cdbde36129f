#pragma once
// The ONE place that orders the layers around a provider's transport.

#include "base/deadline_sweeper.hpp"
#include "base/log.hpp"
#include "upstream/options.hpp"
#include "upstream/upstream.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace evalbridge {

class resolver;

struct stack_context {
    boost::asio::any_io_executor executor;
    deadline_sweeper& sweeper;
    std::shared_ptr<resolver> names;
    logger& log;
    clock& time;
};

/// A provider's upstream, ready to send: the layers in their order around a transport. For one shard.
std::unique_ptr<upstream> make_stack(const stack_context& context, std::string provider_name,
                                     const upstream_options& options, std::vector<credential> credentials);

} // namespace evalbridge
