#include "tests/runs/archive/archive_world.hpp"

#include <gmock/gmock.h>

#include <map>

namespace evalbridge {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using adjusting = std::function<void(archiver_options&)>;

struct Archiver : ::testing::TestWithParam<store_engine> {
    std::unique_ptr<archiving_gateway> gateway(const std::string& id, const toy_rules& rules = {},
                                               const adjusting& adjust = {}) {
        return std::make_unique<archiving_gateway>(database, id, time, vendor, rules, adjust);
    }
    std::vector<std::string> asked() const {
        std::vector<std::string> out;
        for (const auto& each : vendor.requests)
            out.push_back(each.target);
        return out;
    }
    static void drop(archiving_gateway& at) {
        at.kept.run([](connection& db) { return drop_archive(db, "p:1"); });
    }

    test_database database{GetParam()};
    manual_clock time;
    /// What happens before the vendor answers a target; it answers with that status where one is given.
    std::map<std::string, std::function<int()>> before;
    scripted_upstream vendor{[this](const http_request& request) -> result<http_response> {
        const auto at = before.find(request.target);
        const int refused = at == before.end() ? 0 : at->second();
        return refused == 0 ? toy_answer(request) : toy_refusal(refused);
    }};
};
INSTANTIATE_TEST_SUITE_P(Engines, Archiver, both_engines(), engine_in_name);

TEST_P(Archiver, LeavesNothingOfWhatIsDroppedMeanwhile) {
    for (const std::string target : {"/run", "/verdicts/0", "/verdicts/3", "/verdicts/6"}) {
        const auto a = gateway("a");
        a->ask();
        before = {{target, [&] { return drop(*a), 0; }}};
        EXPECT_TRUE(a->archive_next());
        a->clean();
        EXPECT_EQ(a->record().state, archive_state::dropped) << target;
        EXPECT_EQ(a->rows(), 0) << target;
    }
}

TEST_P(Archiver, LeavesNothingOfWhatIsDroppedWhileItIsMadeAnew) {
    const auto a = gateway("a");
    a->ask();
    EXPECT_TRUE(a->archive_next());
    EXPECT_EQ(a->record().state, archive_state::complete);
    toy_rules changed;
    changed.metric = "groundedness";
    archiving_gateway* here = nullptr;
    const auto b = gateway("b", changed, [&](archiver_options& options) {
        options.sources[0].change = [&](std::string body) { return drop(*here), body; }; // is called with each answer
    });
    here = a.get();
    EXPECT_TRUE(b->archive_next());
    b->clean();
    EXPECT_EQ(b->record().state, archive_state::dropped);
    EXPECT_EQ(b->rows(), 0);
}

TEST_P(Archiver, LeavesTheRecordedAnswersToWhoeverTookItOver) {
    const auto a = gateway("a");
    const auto b = gateway("b");
    a->ask();
    before["/verdicts/3"] = [&] {
        b->kept.run([&](connection& db) {
            release_lease(db, "archive:p:1", "a");
            return take_lease(db, "archive:p:1", "b", b->now(), 60s);
        });
        return 0;
    };
    EXPECT_TRUE(a->archive_next());
    EXPECT_TRUE(b->has_answer("/run"));
    EXPECT_TRUE(b->has_answer("/verdicts/0"));
    EXPECT_FALSE(b->record().last_error);
    before.clear();
    vendor.requests.clear();
    EXPECT_TRUE(b->archive_next());
    EXPECT_EQ(b->record().state, archive_state::complete);
    EXPECT_THAT(asked(), ElementsAre("/verdicts/3", "/verdicts/6"));
}

TEST_P(Archiver, GoesOnAfterACrashWithoutAskingForTheSameAgain) {
    const auto a = gateway("a");
    a->ask();
    before["/verdicts/3"] = [&] { return a->draining.give(), 0; };
    EXPECT_TRUE(a->archive_next());
    before.clear();
    EXPECT_EQ(a->record().state, archive_state::waiting);
    a->kept.run([&](connection& db) { return take_lease(db, "archive:p:1", "nobody any more", a->now(), 600s); });
    const auto b = gateway("b");
    EXPECT_TRUE(b->archive_next());
    EXPECT_EQ(b->record().state, archive_state::complete);
    EXPECT_EQ(b->record().verdicts, 7);
    EXPECT_THAT(asked(), ElementsAre("/run", "/verdicts/0", "/verdicts/3", "/verdicts/6"));
    b->clean();
    EXPECT_EQ(b->rows(), 3 + 7 + 1); // answers that are counted, and one generation
}

TEST_P(Archiver, MakesAnewFromTheRecordedAnswersAloneWhenTheDictionaryHasChanged) {
    const auto a = gateway("a");
    a->ask();
    EXPECT_TRUE(a->archive_next());
    EXPECT_FALSE(a->archive_next());
    const auto made = a->record();
    vendor.requests.clear();
    toy_rules changed;
    changed.metric = "groundedness";
    const auto b = gateway("b", changed);
    EXPECT_TRUE(b->archive_next());
    EXPECT_FALSE(b->archive_next());
    EXPECT_TRUE(vendor.requests.empty());
    const auto anew = b->record();
    EXPECT_EQ(anew.state, archive_state::complete);
    EXPECT_GT(anew.generation, made.generation);
    EXPECT_EQ(anew.derived_with, "groundedness");
    EXPECT_EQ(anew.archived_at, made.archived_at);
    const auto verdicts =
        b->kept.run([&](connection& db) { return verdicts_at(db, {anew.number, anew.generation}, {0, 6}); });
    ASSERT_EQ(verdicts.size(), 2u);
    EXPECT_THAT(verdicts[1].body, HasSubstr("groundedness"));
    b->clean();
    EXPECT_EQ(b->rows(), 3 + 7 + 1);
}

TEST_P(Archiver, GoesOnServingWhatItHasWhereAnAnswerForMakingItAnewIsNotThere) {
    const auto a = gateway("a");
    a->ask();
    EXPECT_TRUE(a->archive_next());
    const auto made = a->record();
    toy_rules asks_more;
    asks_more.metric = "groundedness";
    asks_more.reads_thresholds = true;
    const auto b = gateway("b", asks_more);
    EXPECT_TRUE(b->archive_next());
    EXPECT_EQ(b->record().state, archive_state::complete);
    EXPECT_EQ(b->record().generation, made.generation);
    EXPECT_THAT(b->record().last_error.value_or(""), HasSubstr("provider_unavailable"));
    b->clean();
    EXPECT_EQ(b->rows(), 3 + 7 + 1);
}

TEST_P(Archiver, KeepsNothingForGoodThatWasMadeWithoutAnAnswerThatMayStillCome) {
    toy_rules rules;
    rules.reads_thresholds = true;
    const auto a = gateway("a", rules);
    a->ask();
    for (const int status : {408, 429, 500, 503}) {
        before["/thresholds"] = [status] { return status; };
        EXPECT_TRUE(a->archive_next()) << status;
        EXPECT_EQ(a->record().state, archive_state::waiting) << status;
        EXPECT_FALSE(a->archive_next()) << "is put off";
        time.advance(10min);
        a->say_alive();
    }
    before["/thresholds"] = [] { return 404; }; // there are none, which is an answer
    EXPECT_TRUE(a->archive_next());
    EXPECT_EQ(a->record().state, archive_state::complete);
}

TEST_P(Archiver, GivesUpAListThatHasNoEnd) {
    int left = 20;
    scripted_upstream endless([&left](const http_request& request) -> result<http_response> {
        if (--left < 0)
            return toy_refusal(500);
        http_request first = request;
        if (request.target != "/run")
            first.target = "/verdicts/0";
        return toy_answer(first);
    });
    const auto b = std::make_unique<archiving_gateway>(database, "b", time, endless);
    b->ask();
    EXPECT_TRUE(b->archive_next());
    EXPECT_EQ(b->record().state, archive_state::waiting);
    EXPECT_THAT(b->record().last_error.value_or(""), HasSubstr("repeats a page"));
    EXPECT_EQ(endless.requests.size(), 3u);
}

TEST_P(Archiver, ServesNoContentsThatWereRecordedBeforeTheyWereToBeLeftOut) {
    const auto a = gateway("a");
    a->ask();
    before["/verdicts/3"] = [] { return 503; };
    EXPECT_TRUE(a->archive_next());
    before.clear();
    time.advance(10min);
    const auto b = gateway("b", {}, [](archiver_options& options) {
        options.inputs = false;
        options.sources[0].change = [](std::string body) {
            std::ranges::replace(body, 'v', 'x');
            return body;
        };
    });
    EXPECT_TRUE(b->archive_next());
    const auto made = b->record();
    EXPECT_EQ(made.state, archive_state::complete);
    EXPECT_FALSE(made.inputs);
    const auto recorded =
        b->kept.run([&](connection& db) { return recorded_answer(db, made.number, "GET /verdicts/0"); });
    EXPECT_EQ(recorded->body, "x0\nx1\nx2\n");
    const auto first =
        b->kept.run([&](connection& db) { return verdicts_at(db, {made.number, made.generation}, {0}).at(0); });
    EXPECT_THAT(first.body, HasSubstr("x0"));
}

TEST_P(Archiver, GivesUpARunOnlyOnceItHasBeenGoneForADay) {
    const auto a = gateway("a");
    a->ask();
    before["/verdicts/3"] = [] { return 404; };
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(a->archive_next());
        EXPECT_EQ(a->record().state, archive_state::waiting);
        time.advance(1h);
        a->say_alive();
    }
    EXPECT_TRUE(a->has_answer("/verdicts/0"));
    time.advance(24h);
    a->say_alive();
    EXPECT_TRUE(a->archive_next());
    EXPECT_EQ(a->record().state, archive_state::unavailable);
    a->clean();
    EXPECT_EQ(a->rows(), 0);
}

TEST_P(Archiver, DropsWhatHasWaitedForLongerThanArchivesAreKept) {
    const auto a = gateway("a", {}, [](archiver_options& options) { options.keep.all.age = std::chrono::hours(48); });
    a->ask();
    before["/verdicts/3"] = [] { return 503; };
    EXPECT_TRUE(a->archive_next());
    a->clean();
    EXPECT_EQ(a->record().state, archive_state::waiting);
    EXPECT_GT(a->rows(), 0);
    time.advance(49h);
    a->clean();
    EXPECT_EQ(a->record().state, archive_state::dropped);
    EXPECT_EQ(a->rows(), 0);
}

TEST_P(Archiver, LetsAReaderElsewhereAskAgainWhereItWasDropped) {
    const auto a = gateway("a");
    const auto b = gateway("b");
    a->ask();
    EXPECT_TRUE(a->archive_next());
    EXPECT_EQ(b->kept.await(b->known.vendor_of("p:1")).value(), "toy"); // and goes on believing so
    drop(*a);
    archived_provider archived("p", "toy", nullptr, b->known);
    const read_options plain;
    const auto c = test_call();
    const auto read = b->kept.await(archived.get_run("1", plain, c));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), errc::store_unavailable);
    EXPECT_TRUE(read.error().retryable());
    EXPECT_FALSE(b->kept.await(b->known.vendor_of("p:1")).value());
}

TEST(ArchiverCleaning, DropsHoweverManyAreDue) {
    constexpr int many = archives_dropped_at_once + 1;
    test_database database(store_engine::sqlite);
    manual_clock time;
    scripted_upstream vendor(toy_answer);
    archiving_gateway a(database, "a", time, vendor, {},
                        [](archiver_options& options) { options.keep.all.age = std::chrono::hours(48); });
    a.kept.run([at = a.now()](connection& db) {
        for (int i = 1; i <= many; ++i)
            request_archive(db, "p:" + std::to_string(i), "p", "toy", at);
    });
    time.advance(49h);
    a.clean();
    EXPECT_TRUE(a.kept.run([](connection& db) { return usage_of_archives(db).empty(); }));
}

} // namespace
} // namespace evalbridge
