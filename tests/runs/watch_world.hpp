#pragma once
// A hub, one shard, a scripted provider, and time that moves when a test says so.

#include "runs/watch_hub.hpp"
#include "tests/runs/scripted_provider.hpp"
#include "tests/runs/unopened_registry.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge::testing {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// What a client of an event stream has got so far.
struct heard {
    std::vector<std::string> kinds;
    std::vector<std::string> ids;
    std::vector<std::string> data;
    std::optional<watcher::news::kind> end;
    std::size_t count(std::string_view kind) const {
        return static_cast<std::size_t>(std::count(kinds.begin(), kinds.end(), kind));
    }
};

/// Reads events until there are none any more.
inline boost::asio::awaitable<void> listen(std::shared_ptr<watcher> w, heard& out) {
    for (;;) {
        const auto news = co_await w->next(time_point::max());
        for (const auto& each : news.events) {
            out.kinds.emplace_back(name_of(each->kind));
            out.ids.push_back(each->id);
            out.data.push_back(each->data);
        }
        if (news.what != watcher::news::kind::events) {
            out.end = news.what;
            co_return;
        }
    }
}

class watch_world : public ::testing::Test {
  protected:
    watch_world() {
        vendor.on_get_run = [this](const std::string& id, const call&) { return answer_with(id); };
    }
    ~watch_world() override {
        draining.give();
        settle();
    }

    result<run> answer_with(const std::string& native_id) const {
        if (!now_shown)
            return now_shown.error();
        auto r = *now_shown;
        r.native_id = native_id;
        r.id = make_run_id("p", native_id);
        return r;
    }
    void settle() {
        io.restart();
        io.poll();
    }
    /// Lets time pass, in steps.
    void pass(duration by, duration step = milliseconds(500)) {
        settle();
        for (duration done{}; done < by; done += step) {
            time.advance(std::min(step, by - done));
            settle();
        }
    }
    std::shared_ptr<watcher> join(const std::string& native_id = "1", const std::string& request_id = "r") {
        return hub.watch(vendor, native_id, here, request_id);
    }
    /// Joins and listens to its end. `out` outlives the listening: one of `heards`.
    void follow(heard& out, std::optional<std::string> last_event_id = {}, const std::string& native_id = "1") {
        std::shared_ptr<watcher> w = join(native_id);
        w->resume_after(std::move(last_event_id));
        boost::asio::co_spawn(io, listen(std::move(w), out), boost::asio::detached);
    }
    template <class T> void run_into(std::optional<T>& out, boost::asio::awaitable<T> task) {
        boost::asio::co_spawn(io, std::move(task), [&out](std::exception_ptr e, T value) {
            if (!e)
                out.emplace(std::move(value));
        });
    }
    void show(run_status status) { now_shown = sample_run(status); }
    void show_progress(std::int64_t done) {
        auto r = sample_run(run_status::running);
        r.progress = run_progress{done, 100};
        now_shown = r;
    }

    static constexpr double middle = 0.5; ///< the jitter that is none
    manual_clock time;
    captured_log log;
    metrics counts;
    std::deque<heard> heards;
    run_memory memory{log};
    unopened_registry runs{memory, time, log, counts};
    watch_hub::pace_of_provider pace{};
    result<run> now_shown = sample_run(run_status::running);
    scripted_provider vendor;
    boost::asio::io_context io{1};
    notice draining;
    watch_hub::place here{io.get_executor(), draining};
    watch_hub hub{{{"p", pace}}, *runs, time, log, counts, [] { return middle; }};
};

} // namespace evalbridge::testing
