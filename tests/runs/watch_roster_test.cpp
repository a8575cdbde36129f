#include "runs/watch_roster.hpp"

#include "runs/watch_hub.hpp"
#include "tests/runs/unopened_registry.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/test_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace evalbridge::testing {
namespace {

// A roster that looked again at once, for ever, cost a whole core.
TEST(WatchRoster, RestsWhereItsReplicaIsAlone) {
    const test_database database(store_engine::sqlite);
    test_store kept(database);
    manual_clock time;
    metrics counts;
    run_memory memory(kept.log);
    unopened_registry runs(memory, time, kept.log, counts);
    watch_hub hub({{"p", {watch_options(), nullptr}}}, *runs, time, kept.log, counts);
    shared_budgets budgets(std::map<std::string, rate_budget*>{});
    const replica_identity self{"alone"};
    membership members(self, *kept, budgets, time, kept.log);
    news_listener news(kept->url(), kept.log, [](std::string_view) {});
    watch_roster roster(self, members, hub.board(), *kept, news, memory, time, kept.log);
    ASSERT_TRUE(members.begin());
    roster.begin();

    boost::asio::io_context io(1);
    boost::asio::co_spawn(io, roster.run(io.get_executor()), boost::asio::detached);
    int steps = 0;
    while (steps < 1000 && io.poll_one() > 0)
        ++steps;
    EXPECT_LT(steps, 10);
    EXPECT_EQ(time.sleeping(), 1u);

    roster.stop();
    io.restart();
    io.run();
}

} // namespace
} // namespace evalbridge::testing
