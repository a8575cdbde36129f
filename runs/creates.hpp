#pragma once
// Starts runs exactly once. What is to be started is recorded before a byte is sent, and what became of it after; from
// the first byte on it is nobody's to call off, so it goes on as a task of its own whoever waits for it.

#include "adapters/provider_set.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/notice.hpp"
#include "mapping/run_tag.hpp"
#include "runs/registry.hpp"
#include "runs/replica.hpp"
#include "store/creates.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

/// What creates of one shard work with. All references outlive it.
struct create_parts {
    provider_set& providers;
    const replica_identity& replica;
    store& kept;
    run_registry& runs;
    const run_tag_format& tags;
    std::chrono::hours keep_keys;     ///< after their answer
    std::chrono::milliseconds settle; ///< a lost create that isn't listed for so long never began
    clock& time;
    logger& log;
    metrics& counts;
    boost::asio::any_io_executor executor;
    notice& closing; ///< nothing is sent any more; what can't be recorded now is left to whoever comes next
};

/// Who asks for a create, and how.
struct create_request {
    std::string client;
    std::optional<std::string> key; ///< 1 to 255 visible ASCII characters
    std::string body_hash;          ///< SHA-256 of the body, in hexadecimal
    std::string request_id;
    time_point deadline;
};

/// What comes of it: an answer, or an error.
struct create_outcome {
    std::string create_id; ///< empty where nothing is recorded
    std::optional<kept_answer> answer;
    std::optional<error> failed;
    bool replayed = false; ///< the answer was given before
    bool unknown = false;  ///< it can't be said yet what became of it: GET /v1/creates/{id} will
    bool others = false;   ///< somebody else sends it: nothing was done
    duration waited{};     ///< for the provider
};

class run_creator {
  public:
    explicit run_creator(create_parts parts);

    /// What was recorded for that key. Empty where the key is free.
    boost::asio::awaitable<result<std::optional<create_outcome>>> replay(create_request asked);
    /// Starts `members`, which are made by `record_of_spec`: the first and, once it was started, the others. They are a
    /// group's where there is one. Errors in the outcome: conflict (the key is in flight; with retry_after),
    /// unsupported (the key was used with another body), store_unavailable, indeterminate, and whatever the provider
    /// refuses with.
    boost::asio::awaitable<create_outcome> create(create_request asked, std::vector<create_record> members,
                                                  std::optional<group_record> group = {});
    /// A create that was recorded and not sent: sends it, if nobody else does, and records what came of it.
    boost::asio::awaitable<void> carry_on(create_record create);

    /// The row of a create to be.
    create_record record_of_spec(const create_request& asked, const run_spec& spec) const;

    /// Creates that were begun and aren't done. A drain waits for them.
    std::size_t under_way() const { return under_way_; }

  private:
    struct flight;
    struct unsent {
        create_record create;
        send_marks marks;
    };
    boost::asio::awaitable<create_outcome> await_outcome(std::shared_ptr<flight> f, create_record create,
                                                         time_point deadline);
    boost::asio::awaitable<void> carry_out(create_record create, time_point deadline, std::shared_ptr<flight> f);
    boost::asio::awaitable<void> carry_to_its_end(create_record create, time_point deadline, std::shared_ptr<flight> f);
    boost::asio::awaitable<create_outcome> send(create_record create, time_point deadline, std::shared_ptr<flight> f);
    boost::asio::awaitable<create_outcome> keep_started(create_record create, run_spec spec, std::vector<run> runs);
    boost::asio::awaitable<create_outcome> keep_failure(create_record create, error failed);
    boost::asio::awaitable<void> put_back(create_record create, send_marks marks);
    boost::asio::awaitable<void> send_shadows(create_record primary);
    void give_up_unsent(create_record create, send_marks marks);
    boost::asio::awaitable<void> release_unsent();
    create_outcome of_earlier(begun_create found) const;
    void tell_fault(const create_record& create, const std::string& thrown) const;
    void tell_lost(const create_record& create, const error& cause) const;
    void tell_shadow(const create_record& shadow, const create_outcome& outcome) const;

    create_parts parts_;
    metrics::counter& started_;
    metrics::counter& refused_;
    metrics::counter& indeterminate_;
    metrics::counter& replayed_;
    metrics::counter& in_flight_;
    metrics::counter& mismatched_;
    metrics::counter& unrecorded_;
    std::size_t under_way_ = 0;
    std::vector<unsent> unsent_; ///< that the store may show as begun, and that nobody will send
    bool releasing_ = false;
};

} // namespace evalbridge
