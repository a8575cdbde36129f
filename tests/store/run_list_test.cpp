#include "store/run_list.hpp"

#include "store/runs.hpp"
#include "tests/mapping/test_mac.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

using namespace evalbridge;
using namespace evalbridge::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

using query_pairs = std::vector<std::pair<std::string, std::string>>;
constexpr store_time noon = 1'760'000'000'000'000;
constexpr store_time second = 1'000'000;

timestamp at_second(long long n) { return timestamp(std::chrono::microseconds(noon + n * second)); }

run sample(const std::string& provider, const std::string& native_id, long long created) {
    run r;
    r.provider = provider;
    r.vendor = "toy";
    r.native_id = native_id;
    r.id = make_run_id(provider, native_id);
    r.status = run_status::running;
    r.created_at = at_second(created);
    return r;
}

class RunList : public ::testing::TestWithParam<store_engine> {
  protected:
    test_store kept{GetParam()};

    /// By the store's own thread, whose connection stays.
    template <class F> void perform(F work) { ASSERT_TRUE(kept.await(kept->write(work))); }
    void put(const run& r, std::map<std::string, std::string> labels = {}, std::optional<std::string> suite = {},
             std::optional<std::string> group = {}) {
        run_origin origin;
        origin.started_by = "ci";
        origin.create_id = "c" + r.id;
        origin.labels = std::move(labels);
        origin.suite = std::move(suite);
        origin.group_id = std::move(group);
        perform([&](connection& db) { register_started(db, {r}, origin, noon); });
    }
    void end(run r, long long finished, run_status how = run_status::completed) {
        r.status = how;
        r.finished_at = at_second(finished);
        perform([&](connection& db) { record_reading(db, r, noon); });
    }
    run_page page_of(const query_pairs& query) {
        const auto wanted = read_run_list_request(query, test_mac);
        if (!wanted)
            throw std::runtime_error(wanted.error().faults().at(0).detail);
        last_request = *wanted;
        const auto found = kept.await(kept->read([&](connection& db) { return list_runs(db, *wanted); })).value();
        if (!found)
            throw std::runtime_error("as_of is ahead");
        return *found;
    }
    std::vector<std::string> ids(const query_pairs& query) {
        std::vector<std::string> out;
        for (const auto& each : page_of(query).runs)
            out.push_back(each.id);
        return out;
    }
    run_list_request last_request;
};

INSTANTIATE_TEST_SUITE_P(Engines, RunList, both_engines(), engine_in_name);

} // namespace

TEST_P(RunList, IsEmptyAtFirst) {
    const auto found = page_of({});
    EXPECT_THAT(found.runs, IsEmpty());
    EXPECT_EQ(found.total, 0);
    EXPECT_FALSE(found.has_more);
}

TEST_P(RunList, FiltersByEverythingThatARunHas) {
    auto one = sample("prod", "1", 10);
    one.name = "Weekly CHECKOUT";
    put(one, {{"team", "payments"}, {"stage", "eu"}}, "nightly", "g1");
    auto two = sample("prod", "2", 20);
    two.outcome = run_outcome::failed;
    two.agent.name = "Straße_bot";
    put(two, {{"team", "search"}}, "nightly");
    end(two, 30);
    auto three = sample("other", "3", 30);
    three.description = "100% of traces";
    three.outcome = run_outcome::passed;
    put(three);
    end(three, 31, run_status::partial);

    const std::pair<query_pairs, std::vector<std::string>> cases[] = {
        {{}, {"other:3", "prod:2", "prod:1"}},
        {{{"provider", "prod"}}, {"prod:2", "prod:1"}},
        {{{"provider", "PROD"}}, {}},
        {{{"suite", "nightly"}}, {"prod:2", "prod:1"}},
        {{{"group", "g1"}}, {"prod:1"}},
        {{{"status", "running"}}, {"prod:1"}},
        {{{"status", "running,partial"}}, {"other:3", "prod:1"}},
        {{{"outcome", "failed"}}, {"prod:2"}},
        {{{"outcome", "passed"}}, {"other:3"}},
        {{{"outcome", "none"}}, {"prod:1"}},
        {{{"label", "team"}}, {"prod:2", "prod:1"}},
        {{{"label", "team=search"}}, {"prod:2"}},
        {{{"label", "team=payments"}, {"label", "stage"}}, {"prod:1"}},
        {{{"label", "team=payments"}, {"label", "team=search"}}, {}},
        {{{"label", "team="}}, {}},
        {{{"created_after", "2025-10-09T08:53:40Z"}}, {"other:3", "prod:2"}}, // noon + 20 s, itself included
        {{{"created_before", "2025-10-09T08:53:40Z"}}, {"prod:1"}},
        {{{"text", "checkout"}}, {"prod:1"}},
        {{{"text", "WEEKLY check"}}, {"prod:1"}},
        {{{"text", "%"}}, {"other:3"}},
        {{{"text", "_BOT"}}, {"prod:2"}},
        {{{"text", "100!"}}, {}},
        {{{"text", "'; DROP TABLE runs"}}, {}},
        {{{"provider", "prod"}, {"status", "running"}, {"text", "weekly"}, {"label", "stage=eu"}}, {"prod:1"}},
    };
    for (const auto& [query, expected] : cases) {
        SCOPED_TRACE(query.empty() ? "" : query[0].first + "=" + query[0].second);
        const auto found = page_of(query);
        EXPECT_EQ(ids(query), expected);
        EXPECT_EQ(found.total, expected.size());
    }
}

TEST_P(RunList, SearchesAllOfTheLongestDescriptionThatCanBeSent) {
    auto r = sample("prod", "1", 10);
    r.description = "";
    for (int i = 0; i < 4095; ++i)
        *r.description += "\U0001F50D";
    *r.description += "Ω";
    put(r);
    EXPECT_THAT(ids({{"text", "ω"}}), ElementsAre("prod:1"));
}

TEST_P(RunList, SearchesLettersInEitherCase) {
    auto r = sample("prod", "1", 10);
    r.name = "Ο Σίσυφος, Ґанок";
    put(r);
    for (const auto* text : {"ΣΊΣΥΦΟΣ", "σίσυφος", "ґАНОК"})
        EXPECT_THAT(ids({{"text", text}}), ElementsAre("prod:1")) << text;
}

TEST_P(RunList, SortsAlikeOnBothEnginesWithWhatHasNoValueLast) {
    const std::pair<const char*, std::optional<std::string>> named[] = {
        {"1", "b"}, {"2", "A"}, {"3", {}}, {"4", "é"}, {"5", "a"}, {"6", "Z"}, {"7", "10"}, {"8", "a b"}, {"9", {}}};
    long long created = 0;
    for (const auto& [id, name] : named) {
        auto r = sample("p", id, ++created);
        r.name = name;
        put(r);
    }
    end(sample("p", "2", 2), 100);
    end(sample("p", "7", 7), 50);
    end(sample("p", "5", 5), 100);
    EXPECT_THAT(ids({{"sort", "name"}}), ElementsAre("p:7", "p:2", "p:5", "p:8", "p:1", "p:6", "p:4", "p:3", "p:9"));
    EXPECT_THAT(ids({{"sort", "-name"}}), ElementsAre("p:4", "p:6", "p:1", "p:8", "p:5", "p:2", "p:7", "p:9", "p:3"));
    EXPECT_THAT(ids({{"sort", "finished_at"}, {"limit", "5"}}), ElementsAre("p:7", "p:2", "p:5", "p:1", "p:3"));
    EXPECT_THAT(ids({{"sort", "-finished_at"}, {"limit", "5"}}), ElementsAre("p:5", "p:2", "p:7", "p:9", "p:8"));
    EXPECT_THAT(ids({{"sort", "-finished_at"}, {"limit", "3"}, {"offset", "2"}}), ElementsAre("p:7", "p:9", "p:8"));
    EXPECT_THAT(ids({{"sort", "-finished_at"}, {"limit", "3"}, {"offset", "4"}}), ElementsAre("p:8", "p:6", "p:4"));
    EXPECT_THAT(ids({{"sort", "created_at"}, {"limit", "2"}}), ElementsAre("p:1", "p:2"));
}

TEST_P(RunList, RefusesToGoOnWithAWalkOfAnotherStore) {
    put(sample("p", "1", 1));
    EXPECT_ANY_THROW(page_of({{"as_of", "99"}}));
    EXPECT_EQ(page_of({{"as_of", "0"}}).total, 0);
    EXPECT_EQ(page_of({{"as_of", "1"}}).total, 1);
}

// Walks in every style through every order and several filters while runs become known, end and change: what was there
// when the walk began comes once, in order, and the walk ends.
TEST_P(RunList, WalksAreExactWhateverHappensMeanwhile) {
    std::mt19937 chance(GetParam() == store_engine::sqlite ? 11 : 12);
    const auto draw = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
    std::map<std::string, run> alive;
    int made = 0;
    const auto add = [&] {
        auto r = sample(draw(3) ? "prod" : "other", std::to_string(++made), draw(5));
        if (draw(4))
            r.name = std::string(1, static_cast<char>('a' + draw(4)));
        put(r, draw(2) ? std::map<std::string, std::string>{{"team", "x"}} : std::map<std::string, std::string>{},
            draw(2) ? std::optional<std::string>("nightly") : std::nullopt);
        alive[r.id] = r;
    };
    const auto end_one = [&] {
        if (alive.empty())
            return;
        auto at = std::next(alive.begin(), draw(static_cast<int>(alive.size())));
        end(at->second, draw(6));
        alive.erase(at);
    };
    for (int i = 0; i < 40; ++i)
        add();
    for (int i = 0; i < 15; ++i)
        end_one();

    const query_pairs filters[] = {{}, {{"provider", "prod"}}, {{"suite", "nightly"}}, {{"label", "team=x"}}};
    for (const auto* sort : {"created_at", "-created_at", "finished_at", "-finished_at", "name", "-name"}) {
        for (int style = 0; style < 3; ++style) {
            const auto& filter = filters[draw(4)];
            const int limit = 1 + draw(9);
            SCOPED_TRACE(std::string(sort) + ", style " + std::to_string(style) + ", limit " + std::to_string(limit));
            query_pairs base = filter;
            base.emplace_back("sort", sort);
            auto whole = base;
            whole.emplace_back("limit", "1000");
            const auto expected = ids(whole);

            std::vector<std::string> walked;
            auto query = base;
            query.emplace_back(style == 1 ? "per_page" : "limit", std::to_string(limit));
            std::optional<std::uint64_t> as_of;
            for (int page = 0;; ++page) {
                ASSERT_LE(page, 100) << "the walk doesn't end";
                const auto found = page_of(query);
                for (const auto& each : found.runs)
                    walked.push_back(each.id);
                EXPECT_EQ(found.total, expected.size());
                if (!found.has_more)
                    break;
                as_of = found.as_of;
                query = base;
                if (style == 2) {
                    query = {{"cursor", make_next_run_cursor(last_request, found.runs.size(), *found.last, found.as_of,
                                                             found.total, test_mac)}};
                } else {
                    query.emplace_back("as_of", std::to_string(*as_of));
                    if (style == 0)
                        query.emplace_back("offset", std::to_string(walked.size()));
                    else
                        query.emplace_back("page", std::to_string(page + 2));
                    query.emplace_back(style == 1 ? "per_page" : "limit", std::to_string(limit));
                }
                if (draw(2))
                    add();
                if (draw(2))
                    end_one();
            }
            EXPECT_EQ(walked, expected);
        }
    }
}
