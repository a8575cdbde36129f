#include "runs/creates.hpp"

#include "base/crash_point.hpp"
#include "mapping/write_spec.hpp"
#include "runs/create_answer.hpp"
#include "runs/create_cause.hpp"
#include "runs/create_flight.hpp"
#include "runs/create_recording.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>

namespace evalbridge {

namespace asio = boost::asio;

namespace {

/// How long after its deadline a request still waits for an outcome: what refuses it for want of time does so at the
/// deadline, and what came is then recorded.
constexpr std::chrono::milliseconds slack_for_refusal{50};
constexpr std::chrono::seconds slack_for_recording{1};
constexpr std::size_t most_at_once = 500;

metrics::counter& counter_of(metrics& counts, const char* outcome) {
    return counts.count("evalbridge_creates_total", "Requests to start runs, by what came of them.",
                        {{"outcome", outcome}});
}

bool is_findable(const provider& at, const run_spec& spec, const std::optional<std::string>& tag) {
    const auto& can = at.can();
    const bool of_test_case = std::holds_alternative<test_case_scope>(spec.scope);
    return tag && (can.lists_runs || (can.lists_runs_by_test_case && of_test_case));
}

create_outcome failure(std::string create_id, error why) {
    create_outcome out;
    out.create_id = std::move(create_id);
    out.failed = std::move(why);
    return out;
}

error still_unknown(const create_record& create, bool answered) {
    const auto detail = answered ? "The provider has answered, and that can't be recorded yet. "
                                 : "The provider has not answered yet. ";
    const auto advice = create.key ? "The same Idempotency-Key will tell what became of it; nothing is sent twice."
                                   : "Location will tell what became of it; the same request would start another run.";
    return error(answered ? errc::store_unavailable : errc::indeterminate)
        .because(std::string(detail) + advice)
        .sent()
        .retryable(create.key.has_value())
        .retry_after(std::chrono::seconds(1));
}

} // namespace

run_creator::run_creator(create_parts parts)
    : parts_(std::move(parts)), started_(counter_of(parts_.counts, "started")),
      refused_(counter_of(parts_.counts, "refused")), indeterminate_(counter_of(parts_.counts, "indeterminate")),
      replayed_(counter_of(parts_.counts, "replayed")), in_flight_(counter_of(parts_.counts, "in_flight")),
      mismatched_(counter_of(parts_.counts, "other_body")),
      unrecorded_(counter_of(parts_.counts, "store_unavailable")) {}

create_record run_creator::record_of_spec(const create_request& asked, const run_spec& spec) const {
    create_record out;
    out.create_id = make_unique_id();
    out.client = asked.client;
    out.request_hash = asked.body_hash;
    out.provider = spec.provider;
    out.spec = write_run_spec(spec);
    out.suite = spec.suite;
    out.tag = parts_.tags.tag_of(out.create_id);
    out.replica = parts_.replica.id;
    out.request_id = asked.request_id;
    out.created_at = store_now(parts_.time);
    if (const auto* from = parts_.providers.find(spec.provider))
        out.findable = is_findable(*from, spec, out.tag);
    return out;
}

asio::awaitable<result<std::optional<create_outcome>>> run_creator::replay(create_request asked) {
    const auto now = store_now(parts_.time);
    auto look = [asked, self = parts_.replica.id, now](connection& db) {
        return look_up_key(db, asked.client, *asked.key, asked.body_hash, self, now);
    };
    auto found = co_await parts_.kept.read(std::move(look));
    if (!found)
        co_return std::move(found).error();
    std::optional<create_outcome> before;
    if (*found)
        before = of_earlier(std::move(**found));
    co_return before;
}

asio::awaitable<create_outcome> run_creator::create(create_request asked, std::vector<create_record> members,
                                                    std::optional<group_record> group) {
    members.front().key = asked.key;
    const auto first = members.front();
    crash_point("before_intent");
    const auto now = store_now(parts_.time);
    auto intent = [members = std::move(members), group = std::move(group), now](connection& db) {
        return begin_create(db, members, group, now);
    };
    auto begun = co_await parts_.kept.write(std::move(intent));
    if (!begun) {
        if (begun.error().request_sent()) // it may be recorded all the same: the answer to a commit was lost
            give_up_unsent(first, {});
        unrecorded_.Increment();
        co_return failure({}, std::move(begun).error());
    }
    if (begun->what != begun_create::kind::fresh)
        co_return of_earlier(std::move(*begun));
    crash_point("after_intent");
    auto f = std::make_shared<flight>(parts_.time.make_alarm(parts_.executor));
    asio::co_spawn(parts_.executor, carry_out(first, asked.deadline, f), asio::detached);
    co_return co_await await_outcome(f, first, asked.deadline);
}

asio::awaitable<create_outcome> run_creator::await_outcome(std::shared_ptr<flight> f, create_record create,
                                                           time_point deadline) {
    const auto ends = std::max(deadline, parts_.time.now());
    for (const time_point until : {ends + slack_for_refusal, ends + slack_for_recording}) {
        while (!f->outcome && parts_.time.now() < until)
            co_await f->bell->wait_until(until);
        if (!f->recording)
            break; // it is on its way, which may take long
    }
    if (f->outcome)
        co_return std::move(*f->outcome);
    auto out = failure(create.create_id, still_unknown(create, f->recording));
    out.unknown = true;
    (f->recording ? unrecorded_ : indeterminate_).Increment();
    co_return out;
}

create_outcome run_creator::of_earlier(begun_create found) const {
    using kind = begun_create::kind;
    auto& row = *found.row;
    if (found.what == kind::other_body) {
        mismatched_.Increment();
        return failure(row.create_id,
                       error(errc::unsupported)
                           .because("This Idempotency-Key was used with another body. Use a new key for a new run.")
                           .fault("Idempotency-Key", "was used with another body", "header"));
    }
    if (found.what == kind::in_flight) {
        in_flight_.Increment();
        return failure(row.create_id, error(errc::conflict)
                                          .because("The request with this Idempotency-Key is still in flight.")
                                          .retry_after(std::chrono::seconds(1))
                                          .retryable(true));
    }
    replayed_.Increment();
    create_outcome out;
    out.create_id = row.create_id;
    out.replayed = true;
    if (found.what == kind::answered) {
        out.answer = std::move(row.answer);
    } else {
        out.failed = lost_create(row);
        out.unknown = true;
    }
    return out;
}

// The store may show it as begun, where the answer to a commit was lost. It won't be sent, so its key is to be free
// again; in one task however many there are, since they come when the store doesn't serve.
void run_creator::give_up_unsent(create_record create, send_marks marks) {
    unsent_.push_back({std::move(create), marks});
    if (!std::exchange(releasing_, true))
        asio::co_spawn(parts_.executor, release_unsent(), asio::detached);
}

asio::awaitable<void> run_creator::release_unsent() {
    const auto why =
        write_cause(error(errc::store_unavailable).because("It could not be recorded, so it wasn't sent."));
    while (!unsent_.empty()) {
        const auto begin = unsent_.end() - static_cast<std::ptrdiff_t>(std::min(unsent_.size(), most_at_once));
        std::vector<unsent> some(std::make_move_iterator(begin), std::make_move_iterator(unsent_.end()));
        unsent_.erase(begin, unsent_.end());
        const auto now = store_now(parts_.time);
        auto release = [some = std::move(some), why, now](connection& db) {
            for (const auto& each : some)
                evalbridge::release_unsent(db, each.create, each.marks, why, now);
            return true;
        };
        const auto done = co_await record_at_last(parts_, std::move(release));
        if (!done && parts_.closing.given())
            co_return;
    }
    releasing_ = false;
}

} // namespace evalbridge
