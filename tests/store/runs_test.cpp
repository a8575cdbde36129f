#include "store/runs.hpp"

#include "store/run_text.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>

#include <thread>

using namespace evalbridge;
using namespace evalbridge::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

constexpr store_time noon = 1'760'000'000'000'000;

run sample(const std::string& native_id, run_status status = run_status::pending) {
    run r;
    r.provider = "prod";
    r.vendor = "toy";
    r.native_id = native_id;
    r.id = make_run_id(r.provider, native_id);
    r.name = "Weekly checkout";
    r.status = status;
    return r;
}

run_origin nightly() {
    run_origin out;
    out.started_by = "ci";
    out.create_id = "00112233445566778899";
    out.group_id = "g1";
    out.suite = "checkout";
    out.labels = {{"team", "payments"}, {"stage", "eu"}};
    return out;
}

class RunRows : public ::testing::TestWithParam<store_engine> {
  protected:
    test_store kept{GetParam()};

    void start(const std::vector<run>& runs, const run_origin& origin = nightly(), store_time now = noon) {
        kept.run([&](connection& db) { register_started(db, runs, origin, now); });
    }
    bool read(const run& r, store_time now = noon) {
        return kept.run([&](connection& db) { return record_reading(db, r, now); });
    }
    std::optional<run_record> find(const std::string& id) {
        return kept.run([&](connection& db) { return find_run_record(db, id); });
    }
    std::vector<std::string> steps(const std::string& id) {
        std::vector<std::string> out;
        for (const auto& each : kept.run([&](connection& db) { return history_of(db, id); }))
            out.push_back(each.status);
        return out;
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, RunRows, both_engines(), engine_in_name);

} // namespace

TEST_P(RunRows, KeepsWhatACreateHasStarted) {
    start({sample("1"), sample("2")});
    const auto found = find("prod:2");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->shown.name, "Weekly checkout");
    EXPECT_EQ(found->shown.suite, "checkout");
    EXPECT_EQ(found->shown.labels, nightly().labels);
    EXPECT_EQ(found->started_by, "ci");
    EXPECT_EQ(found->create_id, "00112233445566778899");
    EXPECT_EQ(found->group_id, "g1");
    EXPECT_EQ(found->first_seen_at, noon);
    EXPECT_EQ(found->number, 2);
    EXPECT_EQ(found->document, document_of(found->shown));
    EXPECT_EQ(found->etag, etag_of_document(found->document));
    EXPECT_FALSE(find("prod:3"));
    EXPECT_EQ(kept.run([](connection& db) { return runs_of_group(db, "g1"); }).size(), 2);
}

TEST_P(RunRows, RegistersAgainWithoutAChange) {
    start({sample("1")});
    const auto before = find("prod:1");
    start({sample("1")}, nightly(), noon + 5);
    const auto after = find("prod:1");
    EXPECT_EQ(after->number, before->number);
    EXPECT_EQ(after->updated_at, before->updated_at);
    EXPECT_EQ(after->etag, before->etag);
    EXPECT_THAT(steps("prod:1"), ElementsAre("pending"));
}

TEST_P(RunRows, RegistersAllOrNone) {
    const auto both = [&](connection& db) {
        register_started(db, {sample("1")}, nightly(), noon);
        throw std::runtime_error("the second fails");
    };
    EXPECT_ANY_THROW(kept.run(both));
    EXPECT_FALSE(find("prod:1"));
}

TEST_P(RunRows, GivesItsOriginToARunThatWasReadFirst) {
    auto moved = sample("1", run_status::running);
    EXPECT_TRUE(read(moved));
    start({sample("1")}); // as the create's answer told it: older than what was read
    const auto found = find("prod:1");
    EXPECT_EQ(found->shown.status, run_status::running);
    EXPECT_EQ(found->shown.suite, "checkout");
    EXPECT_EQ(found->shown.labels, nightly().labels);
    EXPECT_EQ(found->started_by, "ci");
    EXPECT_THAT(steps("prod:1"), ElementsAre("running"));
    EXPECT_FALSE(read(moved)) << "tells nothing new, although it comes without labels";
    EXPECT_EQ(find("prod:1")->shown.labels, nightly().labels);
}

TEST_P(RunRows, WritesOnlyWhatIsNew) {
    EXPECT_TRUE(read(sample("1")));
    EXPECT_FALSE(read(sample("1"), noon + 1));
    auto further = sample("1");
    further.progress = run_progress{3, 10};
    EXPECT_TRUE(read(further, noon + 2));
    EXPECT_EQ(find("prod:1")->shown.progress->done, 3);
    EXPECT_EQ(find("prod:1")->updated_at, noon + 2);
    EXPECT_THAT(steps("prod:1"), ElementsAre("pending")) << "progress is no step";
}

TEST_P(RunRows, KeepsTheWholeHistoryWithItsTimes) {
    auto r = sample("1");
    read(r, noon);
    r.status = run_status::running;
    r.native_status = "RUNNING_DATASET";
    r.phase = "dataset";
    read(r, noon + 10);
    r.native_status = "EVALUATING_RESULTS";
    r.phase = "evaluating";
    read(r, noon + 20);
    r.status = run_status::completed;
    r.phase.reset();
    read(r, noon + 30);
    r.outcome = run_outcome::failed; // some vendors tell it later
    read(r, noon + 40);
    r.error = "one metric is missing";
    read(r, noon + 50);
    const auto history = kept.run([](connection& db) { return history_of(db, "prod:1"); });
    ASSERT_EQ(history.size(), 6);
    EXPECT_EQ(history[1].at, noon + 10);
    EXPECT_EQ(history[1].native_status, "RUNNING_DATASET");
    EXPECT_EQ(history[1].phase, "dataset");
    EXPECT_EQ(history[2].phase, "evaluating");
    EXPECT_EQ(history[3].status, "completed");
    EXPECT_FALSE(history[3].outcome);
    EXPECT_EQ(history[4].outcome, "failed");
    EXPECT_EQ(history[5].error, "one metric is missing");
}

TEST_P(RunRows, FreezesATerminalStatus) {
    read(sample("1", run_status::failed), noon);
    EXPECT_FALSE(read(sample("1", run_status::running), noon + 1));
    EXPECT_FALSE(read(sample("1", run_status::completed), noon + 2));
    EXPECT_EQ(find("prod:1")->shown.status, run_status::failed);
    EXPECT_THAT(steps("prod:1"), ElementsAre("failed"));
}

TEST_P(RunRows, KeepsCancellingUntilTheVendorSaysMore) {
    read(sample("1", run_status::cancelling));
    read(sample("1", run_status::running)); // by a replica that doesn't know of the cancel
    EXPECT_EQ(find("prod:1")->shown.status, run_status::cancelling);
    read(sample("1", run_status::cancelled));
    EXPECT_EQ(find("prod:1")->shown.status, run_status::cancelled);
    EXPECT_THAT(steps("prod:1"), ElementsAre("cancelling", "cancelled"));
}

TEST_P(RunRows, KeepsTextThatAnEngineCannotHold) {
    auto r = sample("1");
    r.name = std::string("a\0b", 3) + "\xFF";
    r.error = std::string("x\0y", 3);
    auto origin = nightly();
    origin.labels = {{"na'me", "va\"lue; DROP TABLE runs --"}};
    start({r}, origin);
    const auto found = find("prod:1");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->shown.labels, origin.labels);
    EXPECT_EQ(kept.run([](connection& db) { return history_of(db, "prod:1"); }).at(0).error, "xy");
}

TEST_P(RunRows, ListsLiveRunsAsTheyBecameKnown) {
    for (const auto* id : {"1", "2", "3", "4"})
        read(sample(id, *id == '2' ? run_status::completed : run_status::running));
    const auto ids = [&](std::uint64_t after) {
        std::vector<std::string> out;
        for (const auto& each : kept.run([&](connection& db) { return live_runs(db, after, 2); }))
            out.push_back(each.shown.native_id);
        return out;
    };
    EXPECT_THAT(ids(0), ElementsAre("1", "3"));
    EXPECT_THAT(ids(3), ElementsAre("4"));
    EXPECT_THAT(ids(4), IsEmpty());
}

TEST_P(RunRows, ForgetsARunWhole) {
    start({sample("1")});
    EXPECT_TRUE(kept.run([](connection& db) { return forget_run(db, "prod:1"); }));
    EXPECT_FALSE(kept.run([](connection& db) { return forget_run(db, "prod:1"); }));
    EXPECT_FALSE(find("prod:1"));
    EXPECT_THAT(steps("prod:1"), IsEmpty());
    start({sample("1")});
    EXPECT_THAT(steps("prod:1"), ElementsAre("pending"));
}

TEST_P(RunRows, TakesReadingsOfOneRunFromSeveralGatewaysAtOnce) {
    const test_database shared(GetParam());
    test_store first(shared), second(shared);
    const auto work = [](test_store& at, int from) {
        for (int i = 0; i < 20; ++i) {
            auto r = sample("1", run_status::running);
            r.phase = std::to_string(from + i);
            at.run([&](connection& db) { record_reading(db, r, noon + i); });
        }
    };
    std::thread other([&] { work(second, 1000); });
    work(first, 0);
    other.join();
    const auto history = first.run([](connection& db) { return history_of(db, "prod:1"); });
    EXPECT_EQ(history.size(), 40);
}

TEST(RunText, FoldsLettersWhateverTheLocale) {
    EXPECT_EQ(folded("ÄÖÜ ÉÑ Ÿ"), "äöü éñ ÿ");
    EXPECT_EQ(folded("ΑΒΓ ΣΩ"), "αβγ σω");
    EXPECT_EQ(folded("ЖЯ Ё"), "жя ё");
    EXPECT_EQ(folded("ŁÓDŹ Čšž"), "łódź čšž");
    EXPECT_EQ(folded("日本 A"), "日本 a");
    EXPECT_EQ(folded(std::string("a\0B\xC3", 4)), "ab\xEF\xBF\xBD");
}
