#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"
#include "upstream/policy/fair_queue.hpp"

namespace evalbridge {
namespace {

namespace asio = boost::asio;

/// Who is under way and who waits. Shared with its slots: a suspended call may be destroyed, by its io_context, after
/// the layer.
class slots final : public std::enable_shared_from_this<slots> {
  public:
    struct waiter {
        std::unique_ptr<alarm> bell;
        bool granted = false; ///< a slot is its own already
        bool displaced = false;
    };

    slots(std::size_t most, std::size_t max_queue) : most_(most), max_queue_(max_queue) {}

    bool take() {
        if (under_way_ >= most_ || waiting_.size() > 0)
            return false;
        ++under_way_;
        return true;
    }
    /// To the next in turn, or free for whoever comes.
    void give_back() {
        if (const auto next = waiting_.pop()) {
            (*next)->granted = true;
            (*next)->bell->wake();
        } else {
            --under_way_;
        }
    }
    /// False when it is full.
    bool join(const std::string& client, waiter& who) {
        if (waiting_.size() >= max_queue_) {
            const auto displaced = waiting_.displace_for(client);
            if (!displaced)
                return false;
            (*displaced)->displaced = true;
            (*displaced)->bell->wake();
        }
        waiting_.push(client, &who);
        return true;
    }
    /// A slot that was granted meanwhile goes to the next.
    void leave(const std::string& client, waiter& who) {
        if (who.granted)
            give_back();
        else
            waiting_.remove(client, &who);
    }
    void wake_all() {
        waiting_.for_each([](waiter* each) { each->bell->wake(); });
    }

  private:
    const std::size_t most_;
    const std::size_t max_queue_;
    std::size_t under_way_ = 0;
    fair_queue<waiter*> waiting_;
};

/// The right to one attempt.
class slot {
  public:
    slot(std::shared_ptr<slots> of, metrics::gauge& in_flight) : of_(std::move(of)), counted_(in_flight) {}
    slot(const slot&) = delete;
    slot& operator=(const slot&) = delete;
    ~slot() { of_->give_back(); }

  private:
    const std::shared_ptr<slots> of_;
    const counted_in counted_;
};

/// A place in the queue, for as long as it is wanted.
class place_in_queue {
  public:
    place_in_queue(std::shared_ptr<slots> of, std::string client, slots::waiter& who, metrics::gauge& queued)
        : of_(std::move(of)), client_(std::move(client)), who_(who), counted_(queued) {}
    place_in_queue(const place_in_queue&) = delete;
    place_in_queue& operator=(const place_in_queue&) = delete;
    ~place_in_queue() { of_->leave(client_, who_); }
    /// From now on the slot is somebody else's to give back.
    void take_slot() { who_.granted = false; }

  private:
    const std::shared_ptr<slots> of_;
    const std::string client_;
    slots::waiter& who_;
    const counted_in counted_;
};

class limited_concurrency final : public layer {
  public:
    limited_concurrency(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), executor_(context.executor), time_(context.time), closing_(context.closing),
          state_(state), slots_(std::make_shared<slots>(state.options.max_connections, state.options.max_queue)),
          listening_(closing_.on_given([all = slots_] { all->wake_all(); })) {}

    asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        const bool waits = !slots_->take();
        if (waits) {
            const auto refused = co_await wait_for_slot(c);
            if (refused)
                co_return *refused;
        }
        const slot held(slots_, state_.meters.in_flight);
        const auto begun = time_.now();
        if (waits) {
            if (const auto open = refusal_for_open_breaker(state_, c, begun))
                co_return *open;
        }
        auto outcome = co_await inner().send(request, c);
        if (waits)
            blame_wait(outcome, time_.now() - begun, state_);
        co_return outcome;
    }

  private:
    /// Nothing when there is a slot for it.
    asio::awaitable<std::optional<error>> wait_for_slot(const call& c) {
        slots::waiter me;
        me.bell = time_.make_alarm(executor_);
        if (!slots_->join(c.client, me))
            co_return too_many_calls(state_);
        place_in_queue place(slots_, c.client, me, state_.meters.queued);
        while (!me.granted && !me.displaced && !closing_.given() && time_.now() < c.deadline)
            co_await wait_on(*me.bell, c.deadline);
        if (closing_.given())
            co_return refusal_for_shutdown(state_);
        if (me.granted) {
            place.take_slot();
            co_return std::nullopt;
        }
        if (me.displaced)
            co_return too_many_calls(state_);
        co_return refusal_for_time(state_, "no connection to the provider became free before the deadline");
    }

    const asio::any_io_executor executor_;
    clock& time_;
    notice& closing_;
    provider_state& state_;
    const std::shared_ptr<slots> slots_;
    const notice::listening listening_;
};

} // namespace

upstream_ptr limit_concurrency(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<limited_concurrency>(context, state, std::move(inner));
}

} // namespace evalbridge
