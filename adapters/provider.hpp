#pragma once
// The contract that every vendor's folder implements. A provider only sequences: encode, send, decode, follow pages;
// translation is pure functions beside it, waiting and retrying are the layers' below it.

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "config/node.hpp"
#include "mapping/metric_dictionary.hpp"
#include "mapping/paging.hpp"
#include "mapping/run.hpp"
#include "mapping/run_result.hpp"
#include "mapping/run_spec.hpp"
#include "mapping/run_tag.hpp"
#include "mapping/summary.hpp"
#include "upstream/call.hpp"
#include "upstream/options.hpp"
#include "upstream/upstream.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

/// What a vendor can do, told to clients by GET /v1/providers.
struct capabilities {
    bool cancel = false;
    /// The vendor filters verdicts by `passed` itself; a list that it selects whole is read from where a window begins,
    /// so behind the end it doesn't know its total.
    bool filter_passed = false;
    /// Input, output and expected texts come with a result. Without, a result is no more than the trace that its
    /// verdicts name: their `result_id` and `trace_id`, in the order in which the list of verdicts first names them.
    /// With them, the verdicts of the results, spans asked for, are the list of verdicts of all levels, in its order.
    bool results_have_content = false;
    /// What a walk_position of list_verdicts counts: `index` items and `sub` verdicts of the level asked for within
    /// one, or `index` verdicts, those of `passed` alone where `filter_passed`.
    bool verdicts_by_item = false;
    bool span_verdicts = false;
    bool multiple_runs_per_create = false;
    bool lists_runs = false;              ///< list_runs works without naming a test case
    bool lists_runs_by_test_case = false; ///< list_runs works with one
    std::vector<std::string_view> scopes; ///< e.g. "trace_id", "test_case_id"
    std::uint32_t max_upstream_page = 0;
};

/// What to read beyond the unified members.
struct read_options {
    bool raw = false;   ///< the vendor's JSON with each object
    bool spans = false; ///< the item's trace spans, and span-level verdicts in its `verdicts`
};

/// Which runs to list of those that the vendor knows.
struct run_listing {
    std::optional<std::string> test_case_id;
};

/// Native ids are given unencoded. Every read may fail with not_found (the vendor's 404 for the run or item),
/// provider_rejected, provider_malformed, provider_throttled, provider_unavailable or deadline_exceeded; errors carry
/// the provider's name. For use on one shard's thread.
class provider {
  public:
    template <class T> using task = boost::asio::awaitable<result<T>>;

    virtual ~provider() = default;
    virtual const std::string& name() const = 0;
    virtual std::string_view vendor() const = 0;
    virtual const capabilities& can() const = 0;

    /// Judges a spec without sending anything: `unsupported` (422), with a fault for every member that this vendor
    /// can't do. create_runs does it first.
    virtual result<void> check(const run_spec& spec) const = 0;
    /// Starts the spec: at least one run. Never sent twice. An error with request_sent() may have started one.
    virtual task<std::vector<run>> create_runs(const run_spec& spec, const call& c) = 0;
    /// The runs that a create with this spec and its tag has started, as far as the vendor shows any: what remains to
    /// be known where its answer was lost. As many as one create can start, or fewer while the vendor hasn't listed
    /// them all; none is older than the spec's asked_at, which may save reading a long list. Errors besides a read's:
    /// unsupported where the vendor lists no runs for such a spec, the spec has no tag, or the list goes on beyond what
    /// is looked through.
    virtual task<std::vector<run>> find_started(const run_spec& spec, const call& c) = 0;
    /// Runs of the vendor's, whoever started them. Errors besides a read's: unsupported for what `can()` denies.
    virtual task<std::vector<run>> list_runs(const run_listing& which, const call& c) = 0;
    virtual task<run> get_run(const std::string& native_id, const read_options& options, const call& c) = 0;
    /// The run as it stands after the request. Errors: unsupported where the vendor has no cancel; conflict when the
    /// run can't be cancelled any more and isn't cancelled.
    virtual task<run> cancel_run(const std::string& native_id, const call& c) = 0;
    virtual task<page<run_result>> list_results(const std::string& native_id, const verdict_filter& filter,
                                                const list_window& window, const read_options& options,
                                                const call& c) = 0;
    virtual task<run_result> get_result(const std::string& native_id, const std::string& result_id,
                                        const read_options& options, const call& c) = 0;
    virtual task<page<verdict>> list_verdicts(const std::string& native_id, const verdict_filter& filter,
                                              const list_window& window, const read_options& options,
                                              const call& c) = 0;
    virtual task<summary> get_summary(const std::string& native_id, const read_options& options, const call& c) = 0;
    /// The metric catalogue, joined with the dictionary.
    virtual task<std::vector<metric_info>> list_metrics(const read_options& options, const call& c) = 0;
};

/// list_results or list_verdicts, for who walks either.
template <class T>
using list_operation = provider::task<page<T>> (provider::*)(const std::string& native_id, const verdict_filter& filter,
                                                             const list_window& window, const read_options& options,
                                                             const call& c);

/// A vendor's own part of a provider's configuration block, read and checked.
class vendor_options {
  public:
    virtual ~vendor_options() = default;
    /// The fields that authorise a request; the authorize layer adds them.
    virtual std::vector<credential> credentials() const = 0;
};

/// What a provider is built with, besides its options. All references outlive it.
struct provider_context {
    std::string name;
    upstream& vendor_api;
    const metric_dictionary& dictionary;
    const run_tag_format& tags; ///< how our tag is recognised in the vendor's name of a run
    clock& time;
    logger& log;
};

/// A vendor as the registry lists it.
struct vendor_entry {
    std::string_view name;             ///< the word in `vendor:`
    std::string_view default_base_url; ///< where the block names none
    /// Reads the vendor's own keys of a provider block; faults go to the node.
    std::shared_ptr<const vendor_options> (*read_options)(const config::node& block);
    std::unique_ptr<provider> (*make)(provider_context context, std::shared_ptr<const vendor_options> options);
    /// What the vendor documents that a credential may send; 0 where it documents nothing.
    rate_options default_rates = {};
    /// The members of its answers, at whatever depth, that hold contents of items: prompts, outputs, what was
    /// retrieved.
    std::span<const std::string_view> contents = {};
};

} // namespace evalbridge
