#pragma once
// Gateways that start runs, on one database, with vendors whose every answer a test decides on and time that moves when
// it says so.

#include "base/crypto.hpp"
#include "runs/create_answer.hpp"
#include "runs/groups.hpp"
#include "runs/reconcile.hpp"
#include "store/leases.hpp"
#include "tests/runs/scripted_provider.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/test_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <thread>

namespace evalbridge::testing {

using namespace std::chrono_literals;

inline capabilities listing_vendor() {
    capabilities can;
    can.lists_runs = true;
    return can;
}

/// A vendor's side: every create waits here until the test answers it.
struct vendor_desk {
    struct visit {
        run_spec spec;
        call c;
        std::unique_ptr<alarm> bell;
        std::optional<result<std::vector<run>>> answer;
    };
    std::deque<visit> creates;
    unsigned lists = 0;
    result<std::vector<run>> listed = std::vector<run>();

    void answer(std::size_t which, result<std::vector<run>> with) {
        creates[which].answer = std::move(with);
        creates[which].bell->wake();
    }
};

inline std::vector<run> one_run(const std::string& provider = "p", const std::string& native_id = "1") {
    auto r = sample_run(run_status::pending, native_id);
    r.provider = provider;
    r.id = make_run_id(provider, native_id);
    return {r};
}

inline error lost(const std::string& why = "the connection was reset") {
    return error(errc::provider_unavailable).because(why).sent();
}

/// One process.
class one_gateway {
  public:
    one_gateway(const test_database& on, std::string id, manual_clock& clock, boost::asio::io_context& io)
        : self{std::move(id)}, time(clock), kept(on), registry(*kept, memory, time, log, counts), creator(parts(io)),
          reconciler(parts(io), creator) {
        kept->open();
    }
    void serve(const std::string& name, vendor_desk& desk, boost::asio::io_context& io,
               capabilities can = listing_vendor()) {
        auto one = std::make_unique<scripted_provider>(name, can);
        one->on_create_runs = [this, &desk, &io](run_spec spec, call c) { return create(desk, io, spec, c); };
        one->on_find_started = [&desk](run_spec, call) { return find(desk); };
        vendors.push_back(one.get());
        providers.add(std::move(one));
    }

    replica_identity self;
    manual_clock& time;
    captured_log log;
    metrics counts;
    run_memory memory{log};
    test_store kept;
    run_registry registry;
    notice closing;
    provider_set providers;
    run_tag_format tags;
    std::vector<scripted_provider*> vendors;
    run_creator creator;
    create_reconciler reconciler;

  private:
    create_parts parts(boost::asio::io_context& io) {
        return {.providers = providers,
                .replica = self,
                .kept = *kept,
                .runs = registry,
                .tags = tags,
                .keep_keys = 24h,
                .settle = 10s,
                .time = time,
                .log = log,
                .counts = counts,
                .executor = io.get_executor(),
                .closing = closing};
    }
    provider::task<std::vector<run>> create(vendor_desk& desk, boost::asio::io_context& io, run_spec spec, call c) {
        auto& visit = desk.creates.emplace_back();
        visit.spec = std::move(spec);
        visit.c = std::move(c);
        visit.bell = time.make_alarm(io.get_executor());
        co_await visit.bell->wait_until(time_point::max());
        co_return std::move(*visit.answer);
    }
    static provider::task<std::vector<run>> find(vendor_desk& desk) {
        ++desk.lists;
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        co_return desk.listed;
    }
};

class creates_world : public ::testing::Test {
  protected:
    creates_world() {
        here.serve("p", p, io);
        here.serve("q", q, io);
    }
    ~creates_world() override {
        // What waits for a vendor ends before the gateways do.
        for (auto* desk : {&p, &q})
            for (std::size_t i = 0; i < desk->creates.size(); ++i)
                if (!desk->creates[i].answer)
                    desk->answer(i, lost());
        here.closing.give();
        spin([this] { return here.creator.under_way() == 0; });
    }

    /// Runs what can run until that holds; threads of the store take part, so it isn't known when.
    void spin(const std::function<bool()>& holds) {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (!holds()) {
            io.restart();
            io.poll();
            if (std::chrono::steady_clock::now() > limit) {
                ADD_FAILURE() << "it doesn't come about";
                return;
            }
            std::this_thread::yield();
        }
    }
    void pass(duration by) {
        time.advance(by);
        io.restart();
        io.poll();
    }

    /// A request under way.
    struct asked {
        std::optional<create_outcome> outcome;
        errc code() const { return outcome && outcome->failed ? outcome->failed->code() : errc(-1); }
        const std::string& body() const { return outcome->answer->body; }
    };
    create_request request(std::optional<std::string> key, const std::string& body = "body") const {
        return {"ci", std::move(key), to_hex(sha256(body)), "r", time.now() + 30s};
    }
    static run_spec spec_for(const std::string& provider) {
        run_spec spec;
        spec.provider = provider;
        spec.scope = trace_scope{"t"};
        spec.labels = {{"team", "checkout"}};
        return spec;
    }
    std::shared_ptr<asked> ask(std::optional<std::string> key = {}, const std::string& body = "body") {
        return ask(here, std::move(key), body);
    }
    std::shared_ptr<asked> ask(one_gateway& at, std::optional<std::string> key = {}, const std::string& body = "body") {
        const auto wanted = request(std::move(key), body);
        std::vector<create_record> members{at.creator.record_of_spec(wanted, spec_for("p"))};
        return wait_for(at.creator.create(wanted, std::move(members)));
    }
    std::shared_ptr<asked> ask_suite(const suite& of, std::optional<std::string> key = {}) {
        suite_request wanted;
        wanted.of = &of;
        const auto who = request(std::move(key));
        auto plan = plan_group(here.creator, here.providers, who, wanted).value();
        return wait_for(here.creator.create(who, std::move(plan.members), std::move(plan.group)));
    }
    std::shared_ptr<asked> wait_for(boost::asio::awaitable<create_outcome> task) {
        auto a = std::make_shared<asked>();
        boost::asio::co_spawn(io, std::move(task), [a](std::exception_ptr e, create_outcome outcome) {
            if (!e)
                a->outcome.emplace(std::move(outcome));
        });
        return a;
    }
    void done(const std::shared_ptr<asked>& a) {
        spin([&] { return a->outcome.has_value(); });
    }
    void reach(const vendor_desk& desk, std::size_t creates) {
        spin([&] { return desk.creates.size() >= creates; });
    }
    /// One look of the reconciler, to its end.
    void look(one_gateway& at) {
        bool ended = false;
        boost::asio::co_spawn(io, at.reconciler.look(), [&](std::exception_ptr) { ended = true; });
        spin([&] { return ended; });
    }
    /// Looks, and lets time pass, until nothing is looked for.
    void look_until_settled(one_gateway& at) {
        look(at);
        spin([&] {
            if (at.reconciler.looked_for() > 0 && time.sleeping() > 0)
                time.advance(500ms);
            return at.reconciler.looked_for() == 0;
        });
    }
    /// Lets so much time pass as makes who is silent dead, while that one says that it lives.
    void outlive_others(const one_gateway& at) {
        for (int i = 0; i < 4; ++i) {
            here.kept.run([&, now = stored(time.wall_now())](connection& db) { say_alive(db, at.self.id, now); });
            time.advance(replica_silence / 2);
        }
    }
    create_record row(const std::string& create_id) {
        return here.kept.run([=](connection& db) { return find_create(db, create_id); }).value();
    }

    manual_clock time;
    boost::asio::io_context io{1};
    vendor_desk p;
    vendor_desk q;
    test_database database{store_engine::sqlite};
    one_gateway here{database, "here", time, io};
};

} // namespace evalbridge::testing
