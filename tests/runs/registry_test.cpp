#include "runs/registry.hpp"

#include "tests/runs/scripted_provider.hpp"
#include "tests/support/test_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include <filesystem>

using namespace evalbridge;
using namespace evalbridge::testing;

namespace {

class Registry : public ::testing::TestWithParam<store_engine> {
  protected:
    test_store kept{GetParam()};
    run_memory memory{kept.log};
    run_registry runs{*kept, memory, kept.time, kept.log, kept.counts};

    /// One reading, and everything that it sets going.
    run read(run r) { return read(runs, std::move(r)); }
    run read(run_registry& by, run r) {
        const auto look = [](run_registry& registry, run seen) -> boost::asio::awaitable<run> {
            co_await registry.observed(seen);
            co_return seen;
        };
        return kept.await(look(by, std::move(r)));
    }
    std::optional<run_record> find(const std::string& id) {
        return kept.run([&](connection& db) { return find_run_record(db, id); });
    }
    double counted(const std::string& series) {
        const auto text = kept.counts.text();
        const auto at = text.find("\n" + series + " ");
        return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
    }
    double units() { return counted("evalbridge_store_units_total"); }
};

INSTANTIATE_TEST_SUITE_P(Engines, Registry, both_engines(), engine_in_name);

} // namespace

TEST_P(Registry, RecordsWhatIsNewAndNothingElse) {
    read(sample_run(run_status::running));
    ASSERT_TRUE(find("p:1"));
    const auto before = units();
    for (int i = 0; i < 10; ++i)
        read(sample_run(run_status::running));
    EXPECT_EQ(units(), before) << "an unchanged run costs no call of the store";
    read(sample_run(run_status::completed));
    EXPECT_EQ(find("p:1")->shown.status, run_status::completed);
    EXPECT_EQ(counted("evalbridge_run_readings_total{result=\"recorded\"}"), 2);
}

TEST_P(Registry, CompletesARunWithWhatAnEarlierProcessKept) {
    run_origin origin;
    origin.started_by = "ci";
    origin.create_id = "c1";
    origin.suite = "nightly";
    origin.labels = {{"team", "checkout"}};
    kept.run([&](connection& db) { register_started(db, {sample_run(run_status::pending)}, origin, 1); });
    const auto seen = read(sample_run(run_status::running));
    EXPECT_EQ(seen.suite, "nightly");
    EXPECT_EQ(seen.labels, origin.labels);
    read(sample_run(run_status::failed));

    run_memory fresh_memory(kept.log);
    run_registry restarted(*kept, fresh_memory, kept.time, kept.log, kept.counts);
    const auto contradicted = read(restarted, sample_run(run_status::completed));
    EXPECT_EQ(contradicted.status, run_status::failed) << "a terminal status stays, over a restart too";
    EXPECT_EQ(contradicted.labels, origin.labels);
    EXPECT_TRUE(fresh_memory.is_terminal("p:1"));
}

TEST_P(Registry, AsksOnceMoreForARunThatItReadBeforeItsCreateWasRecorded) {
    registry_options at_once;
    at_once.ask_again = std::chrono::milliseconds(0);
    run_registry eager(*kept, memory, kept.time, kept.log, kept.counts, at_once);
    EXPECT_TRUE(read(eager, sample_run(run_status::running)).labels.empty());
    run_origin origin;
    origin.started_by = "ci";
    origin.create_id = "c1";
    origin.labels = {{"team", "checkout"}};
    kept.run([&](connection& db) { register_started(db, {sample_run(run_status::pending)}, origin, 1); });
    EXPECT_EQ(read(eager, sample_run(run_status::running)).labels, origin.labels);
}

TEST_P(Registry, KnowsWhatACreateHasRegistered) {
    auto r = sample_run(run_status::pending);
    r.suite = "nightly";
    run_origin origin;
    origin.started_by = "ci";
    origin.create_id = "c1";
    origin.suite = r.suite;
    origin.labels = {{"team", "checkout"}};
    kept.run([&](connection& db) { register_started(db, {r}, origin, 1); });
    runs.started(r, origin.labels);
    const auto before = units();
    const auto seen = read(sample_run(run_status::pending));
    EXPECT_EQ(seen.suite, "nightly");
    EXPECT_EQ(seen.labels, origin.labels);
    EXPECT_EQ(units(), before);
}

TEST_P(Registry, RecordsListedRunsBeforeItReturns) {
    read(sample_run(run_status::running, "1"));
    const auto done =
        kept.await(runs.record({sample_run(run_status::completed, "1"), sample_run(run_status::pending, "2")}));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->added, 1u);
    EXPECT_EQ(done->known, 1u);
    EXPECT_EQ(find("p:1")->shown.status, run_status::completed);
    EXPECT_TRUE(find("p:2"));
}

TEST_P(Registry, RecordsManyListedRunsInShortTransactions) {
    std::vector<run> listed;
    for (int i = 0; i < 201; ++i)
        listed.push_back(sample_run(run_status::completed, std::to_string(i)));
    const auto before = units();
    EXPECT_EQ(kept.await(runs.record(listed))->added, 201u);
    EXPECT_EQ(units() - before, 3);
    EXPECT_TRUE(find("p:200"));
}

// With a store that was never opened, which refuses everything as one that is away does.
TEST(RegistryWithoutAStore, NeitherDelaysNorFailsAReadAndKeepsEndings) {
    system_clock time;
    captured_log log;
    metrics counts;
    run_memory memory(log);
    const test_database on(store_engine::sqlite);
    store_options options;
    options.url = on.url();
    store kept(options, time, log, counts);
    registry_options quick;
    quick.pause = std::chrono::milliseconds(1);
    run_registry runs(kept, memory, time, log, counts, quick);
    const auto read = [&](run r) {
        boost::asio::io_context shard(1);
        const auto look = [](run_registry& registry, run seen) -> boost::asio::awaitable<void> {
            co_await registry.observed(seen);
        };
        boost::asio::co_spawn(shard, look(runs, std::move(r)), boost::asio::detached);
        shard.run();
    };
    read(sample_run(run_status::running, "1"));
    EXPECT_EQ(runs.waiting(), 0u) << "the next reading makes up for it";
    read(sample_run(run_status::completed, "2"));
    EXPECT_EQ(runs.waiting(), 1u);

    kept.open();
    boost::asio::io_context shard(1);
    notice draining;
    runs.retry_on(shard.get_executor(), draining);
    while (runs.waiting() > 0 || !kept.run_here([](connection& db) { return is_registered(db, "p:2"); }).value())
        shard.run_one();
    draining.give();
    shard.run();
}
