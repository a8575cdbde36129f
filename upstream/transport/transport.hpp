#pragma once
// HTTP/1.1 to one provider over pooled TCP or TLS connections: the only client code that sees a socket.

#include "base/deadline_sweeper.hpp"
#include "base/log.hpp"
#include "upstream/options.hpp"
#include "upstream/upstream.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace evalbridge {

class resolver;

/// One per provider and shard; for use on the shard's thread only. `shared_resolver` serves all shards. Calls may still
/// be suspended when it goes, if they are never resumed again: their io_context is stopped. Throws std::runtime_error
/// when the CA file can't be used, std::invalid_argument for extra fields that can't be sent.
std::unique_ptr<upstream> make_transport(boost::asio::any_io_executor executor, const upstream_options& options,
                                         deadline_sweeper& sweeper, std::shared_ptr<resolver> shared_resolver,
                                         logger& log);

/// Resolves names on threads of its own, so that a name server that doesn't answer blocks no shard and no exit.
std::shared_ptr<resolver> make_resolver();

} // namespace evalbridge
