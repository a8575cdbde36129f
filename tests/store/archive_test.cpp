#include "store/archive.hpp"
#include "store/archive_rows.hpp"
#include "tests/support/test_store.hpp"

#include <algorithm>
#include <thread>

namespace evalbridge {
namespace {

using testing::test_store;

constexpr store_time hour = 3600LL * 1'000'000;

struct ArchiveStore : ::testing::TestWithParam<store_engine> {
    ArchiveStore() : kept(GetParam()) { kept->open(); }

    /// A complete archive with a verdict, a result and an answer.
    archive_record complete(const std::string& run_id, const std::string& provider, store_time at,
                            std::int64_t bytes = 100) {
        return kept.run([&](connection& db) {
            const auto asked = request_archive(db, run_id, provider, "toy", at);
            const auto generation = begin_generation(db, asked.number);
            const generation_key key{asked.number, generation};
            insert_verdicts(db, key, {{0, 0, 0, "{}"}});
            insert_results(db, key, {{0, "r", "t", "{}"}});
            insert_document(db, key, "run", "{}");
            record_answer(db, asked.number, "GET /", {200, "[]", "{}"});
            archive_totals totals;
            totals.verdicts = totals.results = 1;
            totals.bytes = bytes;
            totals.derived_with = "d1";
            EXPECT_TRUE(complete_archive(db, asked.number, generation, totals, at));
            return *find_archive(db, run_id);
        });
    }
    int rows(const std::string& run_id) {
        return kept.run([&](connection& db) {
            const auto of = *find_archive(db, run_id);
            int count = recorded_answer(db, of.number, "GET /") ? 1 : 0;
            for (std::int64_t generation = 1; generation <= of.writing; ++generation)
                count += static_cast<int>(verdicts_at(db, {of.number, generation}, {0}).size());
            return count;
        });
    }
    void sweep() {
        while (kept.run([](connection& db) { return sweep_archives(db, 10); })) {
        }
    }

    test_store kept;
};
INSTANTIATE_TEST_SUITE_P(Engines, ArchiveStore, testing::both_engines(), testing::engine_in_name);

TEST_P(ArchiveStore, ServesAGenerationOnlyOnceItIsWhole) {
    const auto first = complete("p:1", "p", 5);
    EXPECT_EQ(first.state, archive_state::complete);
    const auto second = kept.run([&](connection& db) { return begin_generation(db, first.number); });
    const auto during = kept.run([](connection& db) { return *find_archive(db, "p:1"); });
    EXPECT_EQ(during.generation, first.generation);
    const auto late = kept.run([&](connection& db) {
        begin_generation(db, first.number); // somebody else has begun another since
        return complete_archive(db, first.number, second, {}, 9);
    });
    EXPECT_FALSE(late);
    EXPECT_EQ(kept.run([](connection& db) { return find_archive(db, "p:1")->generation; }), first.generation);
}

TEST_P(ArchiveStore, SweepsWhatWasDroppedAndNothingElse) {
    complete("p:1", "p", 5);
    complete("p:2", "p", 6);
    EXPECT_TRUE(kept.run([](connection& db) { return drop_archive(db, "p:1"); }));
    EXPECT_FALSE(kept.run([](connection& db) { return drop_archive(db, "p:1"); }));
    sweep();
    EXPECT_EQ(rows("p:1"), 0);
    EXPECT_EQ(rows("p:2"), 2);
    const auto again = kept.run([](connection& db) { return request_archive(db, "p:1", "p", "toy", 7); });
    EXPECT_EQ(again.state, archive_state::waiting);
}

TEST_P(ArchiveStore, WritesNoGenerationThatWasDroppedOrBegunAgain) {
    const auto writing = [&](std::int64_t number, std::int64_t generation) {
        return kept.run([&](connection& db) { return is_being_written(db, number, generation); });
    };
    const auto made = complete("p:1", "p", 5);
    const auto next = kept.run([&](connection& db) { return begin_generation(db, made.number); });
    EXPECT_FALSE(writing(made.number, made.generation));
    EXPECT_TRUE(writing(made.number, next));
    kept.run([&](connection& db) { insert_verdicts(db, {made.number, next}, {{0, 0, 0, "{}"}}); });
    kept.run([](connection& db) { return drop_archive(db, "p:1"); });
    EXPECT_FALSE(writing(made.number, next));
    kept.run([](connection& db) { return request_archive(db, "p:1", "p", "toy", 7); });
    EXPECT_FALSE(writing(made.number, next));
    sweep();
    EXPECT_EQ(rows("p:1"), 0);
}

TEST_P(ArchiveStore, ForgetsTheAnswersOfADroppedArchiveThatIsAskedForAgain) {
    const auto made = complete("p:1", "p", 5);
    kept.run([](connection& db) { return drop_archive(db, "p:1"); });
    kept.run([](connection& db) { return request_archive(db, "p:1", "p", "toy", 7); });
    EXPECT_FALSE(kept.run([&](connection& db) { return recorded_answer(db, made.number, "GET /").has_value(); }));
    kept.run([&](connection& db) { return record_answer(db, made.number, "GET /", {200, "[]", "{}"}); });
    sweep();
    EXPECT_TRUE(kept.run([&](connection& db) { return recorded_answer(db, made.number, "GET /").has_value(); }));
}

TEST_P(ArchiveStore, SweepsEverythingHoweverManySweepAtOnce) {
    constexpr std::int64_t verdicts = 400;
    const auto made = complete("p:1", "p", 5);
    const generation_key key{made.number, made.generation};
    std::vector<archived_verdict> rows;
    std::vector<std::int64_t> positions;
    for (std::int64_t i = 0; i < verdicts; ++i) {
        rows.push_back({i, 0, 0, "{}"});
        positions.push_back(i);
    }
    kept.run([&](connection& db) { insert_verdicts(db, key, rows); });
    kept.run([](connection& db) { return drop_archive(db, "p:1"); });
    std::vector<std::thread> sweepers;
    for (int i = 0; i < 2; ++i)
        sweepers.emplace_back([&] { sweep(); });
    for (auto& each : sweepers)
        each.join();
    EXPECT_EQ(kept.run([&](connection& db) { return verdicts_at(db, key, positions).size(); }), 0u);
}

TEST_P(ArchiveStore, TellsWhoseArchivesAreServed) {
    complete("q:1", "q", 5);
    complete("p:1", "p", 5);
    complete("p:2", "p", 6);
    kept.run([](connection& db) { return request_archive(db, "o:1", "o", "toy", 7); });
    std::vector<std::string> names;
    for (const auto& each : kept.run([](connection& db) { return archived_sources(db); }))
        names.push_back(each.provider + "/" + each.vendor);
    EXPECT_EQ(names, (std::vector<std::string>{"p/toy", "q/toy"}));
}

// Places close together are read as stretches, others one by one, and more than one statement takes in several.
TEST_P(ArchiveStore, FindsPlacesWhereverTheyAre) {
    const generation_key key{7, 3};
    std::vector<archived_verdict> verdicts;
    std::vector<archived_result> results;
    for (std::int64_t at = 0; at < 3000; ++at) {
        verdicts.push_back({at, at / 10, 0, std::to_string(at)});
        results.push_back({at, "r" + std::to_string(at), {}, std::to_string(at)});
    }
    std::vector<std::int64_t> wanted{2999, 5, 7, 6, 4000}; // the last is nowhere
    for (std::int64_t at = 100; at < 450; ++at)
        wanted.push_back(at);
    for (std::int64_t at = 500; at < 2900; at += 100)
        wanted.push_back(at);
    std::ranges::sort(wanted);
    kept.run([&](connection& db) {
        insert_verdicts(db, key, verdicts);
        insert_verdicts(db, {key.archive, key.generation + 1}, verdicts);
        insert_verdicts(db, {key.archive + 1, key.generation}, verdicts);
        insert_results(db, key, results);
        std::vector<std::int64_t> found;
        for (const auto& each : verdicts_at(db, key, wanted)) {
            found.push_back(each.position);
            EXPECT_EQ(each.body, std::to_string(each.position));
        }
        auto there = wanted;
        std::erase(there, 4000);
        EXPECT_EQ(found, there);
        found.clear();
        for (const auto& each : results_at(db, key, wanted))
            found.push_back(each.position);
        EXPECT_EQ(found, there);
        found.clear();
        for (const auto& each : verdicts_of_results(db, key, {290, 2, 3, 100}))
            found.push_back(each.position);
        std::vector<std::int64_t> of_results;
        for (const std::int64_t result : {2, 3, 100, 290})
            for (std::int64_t i = 0; i < 10; ++i)
                of_results.push_back(result * 10 + i);
        EXPECT_EQ(found, of_results);
        EXPECT_TRUE(verdicts_at(db, key, {}).empty());
        return true;
    });
}

TEST_P(ArchiveStore, GathersTheKindsOfEachResultOnce) {
    const auto made = complete("p:1", "p", 5);
    const generation_key key{made.number, made.generation};
    kept.run([&](connection& db) {
        insert_verdicts(db, key, {{1, 0, 2, "{}"}, {2, 0, 2, "{}"}, {3, 2, 1, "{}"}, {4, 3, 1, "{}"}});
    });
    auto kinds = kept.run([&](connection& db) { return kinds_of_results(db, key, 0, 3); });
    std::ranges::sort(kinds.at(0));
    EXPECT_EQ(kinds, (std::vector<std::vector<int>>{{0, 2}, {}, {1}}));
}

TEST_P(ArchiveStore, LeavesWhatIsCompleteWhenMakingItAnewFails) {
    const auto made = complete("p:1", "p", 5);
    kept.run([&](connection& db) { archive_failed(db, made.number, "no", 50, true); });
    const auto now = kept.run([](connection& db) { return *find_archive(db, "p:1"); });
    EXPECT_EQ(now.state, archive_state::complete);
    EXPECT_EQ(now.last_error, "no");
    const auto stale = [&](store_time at) {
        return kept.run([&](connection& db) { return stale_archives(db, {"p"}, "d2", at, 5).size(); });
    };
    EXPECT_EQ(stale(49), 0u);
    EXPECT_EQ(stale(50), 1u);
}

TEST_P(ArchiveStore, PutsOffWhatFailedAndGivesUpWhatIsGone) {
    const auto asked = kept.run([](connection& db) { return request_archive(db, "p:1", "p", "toy", 5); });
    const auto due = [&](store_time at) {
        return kept.run([&](connection& db) { return archives_to_make(db, {"q", "p"}, at, 5).size(); });
    };
    EXPECT_EQ(due(5), 1u);
    kept.run([&](connection& db) { archive_failed(db, asked.number, "later", 50, false); });
    EXPECT_EQ(due(49), 0u);
    EXPECT_EQ(due(50), 1u);
    kept.run([&](connection& db) { archive_failed(db, asked.number, "gone", 60, true); });
    EXPECT_EQ(due(1000), 0u);
    EXPECT_EQ(kept.run([](connection& db) { return find_archive(db, "p:1")->state; }), archive_state::unavailable);
}

TEST_P(ArchiveStore, DropsTheOldestByAgeAndBySizeAndByProvider) {
    complete("p:1", "p", 1 * hour, 400);
    complete("p:2", "p", 2 * hour, 400);
    complete("p:3", "p", 3 * hour, 400);
    complete("q:1", "q", 1 * hour, 400);
    const auto due = [&](const archive_policy& policy) {
        return kept.run([&](connection& db) { return archives_to_drop(db, policy, 10 * hour); });
    };
    using names = std::vector<std::string>;
    archive_policy policy;
    EXPECT_EQ(due(policy), names{});
    policy.all.age = std::chrono::hours(8);
    EXPECT_EQ(due(policy), (names{"p:1", "q:1"}));
    policy.of_provider["q"] = {};
    EXPECT_EQ(due(policy), names{"p:1"});
    policy.all.bytes = 900; // what age takes counts
    EXPECT_EQ(due(policy), (names{"p:1"}));
    policy.all.bytes = 500;
    EXPECT_EQ(due(policy), (names{"p:1", "p:2"}));
    policy.of_provider["q"].bytes = 10;
    EXPECT_EQ(due(policy), (names{"p:1", "p:2", "q:1"}));
}

TEST_P(ArchiveStore, FindsResultsByIdsThatNoColumnCouldHold) {
    const auto of = complete("p:1", "p", 5);
    const std::string odd("a\0b", 3);
    const std::string long_one(5000, 'x');
    const generation_key key{of.number, of.generation};
    kept.run([&](connection& db) {
        insert_results(db, key, {{1, odd, {}, R"({"id":1})"}, {2, long_one, long_one, R"({"id":2})"}});
    });
    const auto found =
        kept.run([&](connection& db) { return positions_of_results(db, key, {long_one, "none", odd, "r"}); });
    EXPECT_EQ(found, (std::vector<std::optional<std::int64_t>>{2, std::nullopt, 1, 0}));
    EXPECT_EQ(kept.run([&](connection& db) { return results_by_id(db, key, odd).at(0).body; }), R"({"id":1})");
    EXPECT_EQ(kept.run([&](connection& db) { return results_of_trace(db, key, long_one); }),
              std::vector<std::int64_t>{2});
}

} // namespace
} // namespace evalbridge
