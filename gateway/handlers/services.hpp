#pragma once
// What the handlers of one shard work with. Passed by reference to those that need it; nothing here is global.

#include "adapters/provider_set.hpp"
#include "gateway/handlers/spool.hpp"
#include "gateway/http/reply.hpp"
#include "gateway/http/request_context.hpp"
#include "gateway/http/router.hpp"
#include "mapping/cursor.hpp"
#include "mapping/suite.hpp"
#include "runs/archive/archived_provider.hpp"
#include "runs/creates.hpp"
#include "runs/registry.hpp"
#include "runs/replica.hpp"
#include "runs/run_memory.hpp"
#include "runs/watch_hub.hpp"
#include "store/store.hpp"
#include "upstream/provider_state.hpp"

#include <atomic>
#include <map>
#include <span>

namespace evalbridge {

class comparisons;

struct services {
    provider_set& providers;                                              ///< the shard's own
    const replica_identity& replica;                                      ///< of this process
    store& kept;                                                          ///< shared by all shards
    run_memory& memory;                                                   ///< shared by all shards
    run_registry& runs;                                                   ///< shared by all shards
    run_creator& creates;                                                 ///< the shard's own
    const suite_map& suites;                                              ///< shared by all shards
    watch_hub& watches;                                                   ///< shared by all shards
    const std::map<std::string, std::unique_ptr<provider_state>>& states; ///< by provider; shared by all shards
    metrics& counts;                                                      ///< shared by all shards
    const mac_function& cursor_mac;
    clock& time;
    logger& log;
    const std::atomic<bool>& draining;      ///< the gateway isn't ready any more
    watch_hub::place here;                  ///< the shard
    std::chrono::milliseconds heartbeat;    ///< of event streams
    std::chrono::milliseconds max_wait;     ///< of `?wait`
    bool metrics_need_key = false;          ///< whether `/metrics` is for clients with a key only
    archives* archive = nullptr;            ///< shared by all shards; null where nothing is served from the store
    archived_providers* archived = nullptr; ///< the shard's own; with `archive`
    comparisons* compared = nullptr;        ///< shared by all shards
    /// What an answer that takes long gets where its client names no time.
    std::chrono::milliseconds longest_answer{120000};
    spool_options spool = {}; ///< for reports that are put in order before they go out
    /// Pages that are being read for exports, their clients there or gone: the shard isn't taken apart before they are.
    /// Shared with them, since a frame that is destroyed with its io_context outlives the services.
    std::shared_ptr<std::size_t> reads_ahead = std::make_shared<std::size_t>(0);
};

/// A run as a path names it: whose it is and what it is called there.
struct run_target {
    provider* from = nullptr; ///< the configured provider, or its archive where that has the run
    std::string native_id;
    std::string id;
};

/// A run that is archived is read from the store, whether its provider is configured or not.
/// Errors: not_found for what isn't a run id and for a provider that isn't configured, in the same words;
/// store_unavailable, where only the store could have it.
boost::asio::awaitable<result<run_target>> find_run(services& s, const std::string& id);

/// What a call to a provider takes from the request it serves, which outlives it.
call call_for(const request_context& request, std::string_view operation);

/// `?include=raw,spans`. Errors: invalid_request for anything not allowed.
result<read_options> read_include(const request_context& request, std::span<const std::string_view> allowed);

reply json_reply(int status, std::string body);

// One a file: what each adds to the routes of a shard.
void add_create_routes(router& routes, services& s);
void add_run_routes(router& routes, services& s);
void add_run_list_routes(router& routes, services& s);
void add_run_history_routes(router& routes, services& s);
void add_import_routes(router& routes, services& s);
void add_event_routes(router& routes, services& s);
void add_result_routes(router& routes, services& s);
void add_export_routes(router& routes, services& s);
void add_archive_routes(router& routes, services& s);
void add_compare_routes(router& routes, services& s);
void add_catalogue_routes(router& routes, services& s);
void add_suite_routes(router& routes, services& s);
void add_operation_routes(router& routes, services& s);

} // namespace evalbridge
