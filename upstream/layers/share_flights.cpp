#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace evalbridge {
namespace {

namespace asio = boost::asio;

/// A flight whose deadline has come ends by itself, within a tick of the deadline sweeper. It is waited for, so that
/// its end is known for what it was.
constexpr duration grace = std::chrono::seconds(1);

/// One exchange for all who want the same. Its deadline is the latest of those who wanted it when it was begun; it
/// isn't moved, since what goes on below has reckoned with it. Who joins with a later one begins another, if this one
/// ran out of time.
struct flight {
    http_request request;
    call how;
    std::uint64_t writes = 0;
    std::vector<alarm*> waiting;
    time_point latest; ///< deadline of all who ever waited
    std::optional<result<http_response>> outcome;
    asio::cancellation_signal call_off;
};
using flight_ptr = std::shared_ptr<flight>; // its task holds it, and all who wait

/// What makes two reads the same. The urgency is in it: what a client may have at once must not wait for a poll's turn.
/// Who knows that a run has ended may keep its answer, so it doesn't take one that may be from before that; nor does
/// who has seen a write end take one from before the write.
struct flight_key {
    const http_request* request;
    std::size_t max_body;
    bool run_has_ended;
    evalbridge::urgency urgency;
    std::uint64_t writes; ///< that had ended before it

    bool operator==(const flight_key& other) const {
        const auto same = [](const http_field& a, const http_field& b) {
            return a.name == b.name && a.value == b.value;
        };
        return max_body == other.max_body && run_has_ended == other.run_has_ended && urgency == other.urgency &&
               writes == other.writes && request->target == other.request->target &&
               request->body == other.request->body && std::ranges::equal(request->fields, other.request->fields, same);
    }
};

struct hash_of_flight {
    std::size_t operator()(const flight_key& key) const {
        const std::hash<std::string_view> hash;
        std::size_t sum = hash(key.request->target);
        for (const auto& each : key.request->fields)
            sum = sum * 31 + hash(each.value);
        return sum;
    }
};

/// All that is under way. Shared with the flights and those who wait: a suspended call may be destroyed, by its
/// io_context, after the layer.
class departures {
  public:
    explicit departures(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    flight_ptr find(const http_request& request, const call& c) const {
        const auto found = flights_.find({&request, c.max_body, c.run_has_ended, c.urgency, writes_});
        return found == flights_.end() ? nullptr : found->second;
    }
    void begin(const flight_ptr& f) {
        f->writes = writes_;
        flights_.emplace(key_of(*f), f);
    }
    /// Nobody joins it any more.
    void close(const flight_ptr& f) {
        const auto found = flights_.find(key_of(*f));
        if (found != flights_.end() && found->second == f)
            flights_.erase(found);
    }
    void land(const flight_ptr& f, result<http_response> outcome) {
        f->outcome.emplace(std::move(outcome));
        close(f);
        wake(*f);
    }
    void write_ended() { ++writes_; }
    void wake_all() const {
        for (const auto& [key, f] : flights_)
            wake(*f);
    }
    const asio::any_io_executor& executor() const { return executor_; }

  private:
    static flight_key key_of(const flight& f) {
        return {&f.request, f.how.max_body, f.how.run_has_ended, f.how.urgency, f.writes};
    }
    static void wake(const flight& f) {
        for (auto* each : f.waiting)
            each->wake();
    }

    const asio::any_io_executor executor_;
    std::uint64_t writes_ = 0;
    std::unordered_map<flight_key, flight_ptr, hash_of_flight> flights_; ///< keys point into the flights
};

/// One who waits for a flight. The last to go calls it off.
class seat {
  public:
    seat(std::shared_ptr<departures> all, flight_ptr f, alarm& bell)
        : all_(std::move(all)), flight_(std::move(f)), bell_(bell) {
        flight_->waiting.push_back(&bell);
    }
    seat(const seat&) = delete;
    seat& operator=(const seat&) = delete;
    ~seat() { leave(); }

    /// A copy, or for the last one the outcome itself.
    result<http_response> take() {
        leave();
        if (flight_->waiting.empty())
            return std::move(*flight_->outcome);
        return *flight_->outcome;
    }

  private:
    void leave() {
        if (std::erase(flight_->waiting, &bell_) == 0 || !flight_->waiting.empty() || flight_->outcome)
            return;
        all_->close(flight_);
        // Not from here: this may be the end of the io_context, and the flight's task be gone already.
        asio::post(all_->executor(), [f = flight_] {
            if (!f->outcome)
                f->call_off.emit(asio::cancellation_type::terminal);
        });
    }

    const std::shared_ptr<departures> all_;
    const flight_ptr flight_;
    alarm& bell_;
};

/// What was read before a write ended may not be what is true after it.
class write_under_way {
  public:
    explicit write_under_way(std::shared_ptr<departures> all) : all_(std::move(all)) {}
    write_under_way(const write_under_way&) = delete;
    write_under_way& operator=(const write_under_way&) = delete;
    ~write_under_way() { all_->write_ended(); }

  private:
    const std::shared_ptr<departures> all_;
};

class shared_flights final : public layer {
  public:
    shared_flights(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), time_(context.time), log_(context.log), closing_(context.closing), state_(state),
          all_(std::make_shared<departures>(context.executor)),
          listening_(closing_.on_given([all = all_] { all->wake_all(); })) {}

    asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        if (request.method != http_method::get) {
            const write_under_way writing(all_);
            co_return co_await inner().send(request, c);
        }
        const auto bell = time_.make_alarm(all_->executor());
        for (auto until = c.deadline;;) {
            if (closing_.given())
                co_return refusal_for_shutdown(state_);
            auto joined = all_->find(request, c);
            if (joined)
                state_.meters.shared_flights.Increment();
            else
                joined = launch(request, c, until);
            joined->latest = std::max(joined->latest, c.deadline);
            seat mine(all_, joined, *bell);
            const auto patience = joined->how.deadline > c.deadline ? c.deadline : joined->how.deadline + grace;
            while (!joined->outcome && !closing_.given() && time_.now() < patience)
                co_await wait_on(*bell, patience);
            if (!joined->outcome)
                co_return closing_.given() ? refusal_for_shutdown(state_).sent() : too_late();
            if (!ran_out_of_time(*joined) || joined->how.deadline >= c.deadline || time_.now() >= c.deadline)
                co_return mine.take();
            until = joined->latest;
        }
    }

  private:
    static asio::awaitable<result<http_response>> fly(upstream& inner, flight_ptr f) {
        co_return co_await inner.send(f->request, f->how);
    }

    flight_ptr launch(const http_request& request, const call& c, time_point until) {
        const auto f = std::make_shared<flight>();
        f->request = request;
        f->how = c;
        f->how.deadline = until;
        f->how.waited = nullptr;
        f->how.send_before = time_point::max(); // a read's; who joins it has none either
        f->latest = until;
        all_->begin(f);
        auto landed = [all = all_, f, &log = log_, &name = state_.name](std::exception_ptr thrown,
                                                                        result<http_response> outcome) {
            if (thrown)
                outcome = explain(thrown, *f, log, name);
            all->land(f, std::move(outcome));
        };
        asio::co_spawn(all_->executor(), fly(inner(), f),
                       asio::bind_cancellation_slot(f->call_off.slot(), std::move(landed)));
        return f;
    }

    error too_late() const {
        auto out = error(errc::deadline_exceeded).because("the provider did not answer before the deadline").sent();
        out.set_provider_name(state_.name);
        return out;
    }

    /// A flight that was called off has nobody left who would hear of it.
    static error explain(std::exception_ptr thrown, const flight& f, logger& log, std::string_view name) {
        auto out = error(errc::internal).because("the exchange with the provider ended by an exception").sent();
        out.set_provider_name(name);
        if (f.waiting.empty())
            return out;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& e) {
            log.error("upstream_flight_failed",
                      {{"provider", name}, {"operation", f.how.operation}, {"what", e.what()}});
        } catch (...) {
            log.error("upstream_flight_failed", {{"provider", name}, {"operation", f.how.operation}});
        }
        return out;
    }

    /// Whether it ended as it did because of its deadline, which need not be everybody's.
    static bool ran_out_of_time(const flight& f) {
        if (*f.outcome)
            return false;
        const auto e = f.outcome->error();
        return e.code() == errc::deadline_exceeded || (e.code() == errc::provider_throttled && e.refused_here());
    }

    clock& time_;
    logger& log_;
    notice& closing_;
    provider_state& state_;
    const std::shared_ptr<departures> all_;
    const notice::listening listening_;
};

} // namespace

upstream_ptr share_flights(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<shared_flights>(context, state, std::move(inner));
}

} // namespace evalbridge
