#include "mapping/run_query.hpp"

#include "mapping/run_cursor.hpp"
#include "tests/mapping/test_mac.hpp"

#include <gmock/gmock.h>

using namespace evalbridge;
using ::testing::ElementsAre;

namespace {

using query_pairs = std::vector<std::pair<std::string, std::string>>;

result<run_list_request> read(const query_pairs& query) { return read_run_list_request(query, test_mac); }

std::vector<std::string> faults(const query_pairs& query) {
    std::vector<std::string> out;
    const auto got = read(query);
    const auto why = got ? error() : got.error();
    for (const auto& each : why.faults())
        out.push_back(each.pointer);
    return out;
}

run_list_request sample() {
    return read({{"provider", "prod"},
                 {"status", "running,pending"},
                 {"outcome", "none"},
                 {"label", "team=x"},
                 {"label", "stage"},
                 {"created_after", "2026-01-01T00:00:00+02:00"},
                 {"text", "Été"},
                 {"sort", "-name"},
                 {"limit", "7"}})
        .value();
}

std::string next_of(const run_list_request& at) {
    return make_next_run_cursor(at, 7, {false, -5, "6162", 12}, 40, 99, test_mac);
}

} // namespace

TEST(RunQuery, ReadsEveryFilter) {
    const auto got = sample();
    EXPECT_EQ(got.filter.provider, "prod");
    EXPECT_THAT(got.filter.statuses, ElementsAre(run_status::pending, run_status::running));
    EXPECT_EQ(got.filter.outcome, run_filter::outcome_is::none);
    ASSERT_EQ(got.filter.labels.size(), 2u);
    EXPECT_EQ(got.filter.labels[0].name, "stage");
    EXPECT_FALSE(got.filter.labels[0].value);
    EXPECT_EQ(got.filter.labels[1].value, "x");
    EXPECT_EQ(format_timestamp(*got.filter.created_after), "2025-12-31T22:00:00Z");
    EXPECT_EQ(got.sort, (run_sort{run_order::name, true}));
    EXPECT_EQ(got.limit, 7u);
}

TEST(RunQuery, BeginsWithTheNewest) {
    const auto got = read({}).value();
    EXPECT_EQ(got.sort, (run_sort{run_order::created_at, true}));
    EXPECT_EQ(got.limit, default_limit);
    EXPECT_FALSE(got.as_of);
    EXPECT_FALSE(got.refresh);
}

TEST(RunQuery, NamesEverythingThatIsWrong) {
    EXPECT_THAT(faults({{"status", "running,done"}}), ElementsAre("status"));
    EXPECT_THAT(faults({{"status", ""}}), ElementsAre("status"));
    EXPECT_THAT(faults({{"outcome", "null"}}), ElementsAre("outcome"));
    EXPECT_THAT(faults({{"label", "=x"}}), ElementsAre("label"));
    EXPECT_THAT(faults({{"created_before", "2026-01-01"}}), ElementsAre("created_before"));
    EXPECT_THAT(faults({{"sort", "age"}, {"refresh", "yes"}}), ElementsAre("sort", "refresh"));
    EXPECT_THAT(faults({{"limit", "10"}, {"page", "2"}}), ElementsAre("page"));
    EXPECT_THAT(faults({{"suite", "a"}, {"suite", "b"}}), ElementsAre("suite"));
    query_pairs labels;
    for (int i = 0; i < 9; ++i)
        labels.emplace_back("label", "l" + std::to_string(i));
    EXPECT_THAT(faults(labels), ElementsAre("label"));
    const std::string much(500, 'x');
    EXPECT_THAT(faults({{"suite", much}, {"group", much}, {"provider", much}, {"text", much}}), ElementsAre("text"));
}

TEST(RunQuery, NamesTheLargestOfFiltersThatAreTooMuch) {
    const std::string much(500, 'x');
    query_pairs labels;
    for (const auto* name : {"a", "b", "c", "d"})
        labels.emplace_back("label", name + ("=" + much));
    EXPECT_THAT(faults(labels), ElementsAre("label"));
    EXPECT_THAT(faults({{"suite", much + "x"}, {"group", much}, {"provider", much}, {"label", much}}),
                ElementsAre("suite"));
}

TEST(RunQuery, TakesTheFirstEqualsSignForTheEndOfALabelsName) {
    const auto got = read({{"label", "a=b=c"}}).value();
    ASSERT_EQ(got.filter.labels.size(), 1u);
    EXPECT_EQ(got.filter.labels[0].name, "a");
    EXPECT_EQ(got.filter.labels[0].value, "b=c");
}

TEST(RunCursor, ComesBackAsItWas) {
    const auto at = sample();
    const auto back = read({{"cursor", next_of(at)}}).value();
    EXPECT_EQ(back.style, paging_style::cursor);
    EXPECT_EQ(back.filter, at.filter);
    EXPECT_EQ(back.sort, at.sort);
    EXPECT_EQ(back.limit, 7u);
    EXPECT_EQ(back.offset, 7u);
    EXPECT_EQ(back.as_of, 40u);
    EXPECT_EQ(back.total, 99u);
    EXPECT_EQ(back.after, (run_position{false, -5, "6162", 12}));
    EXPECT_EQ(next_of(at), next_of(sample()));
}

TEST(RunCursor, IsBoundToFiltersOrderAndPageSize) {
    const auto text = next_of(sample());
    EXPECT_TRUE(read({{"cursor", text}, {"provider", "prod"}, {"sort", "-name"}, {"limit", "7"}, {"as_of", "40"}}));
    for (const auto& [name, value] : query_pairs{{"provider", "other"},
                                                 {"status", "running"},
                                                 {"outcome", "failed"},
                                                 {"label", "stage"},
                                                 {"text", "x"},
                                                 {"sort", "name"},
                                                 {"limit", "8"},
                                                 {"suite", "s"},
                                                 {"as_of", "41"}})
        EXPECT_THAT(faults({{"cursor", text}, {name, value}}), ElementsAre(name));
}

TEST(RunCursor, IsRefusedWhereItWasChangedOrIsOfAnotherList) {
    const auto text = next_of(sample());
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed != text)
            EXPECT_FALSE(decode_run_cursor(changed, test_mac)) << i;
    }
    EXPECT_FALSE(decode_run_cursor(make_next_run_cursor(sample(), 7, {}, 1, 1, foreign_mac), test_mac));
    cursor other;
    other.kind = list_kind::verdicts;
    EXPECT_THAT(faults({{"cursor", encode_cursor(other, test_mac)}}), ElementsAre("cursor"));
    EXPECT_FALSE(decode_cursor(text, test_mac));
}

TEST(RunCursor, FitsWhateverTheFiltersAre) {
    const std::string much(max_filter_text, 'x');
    auto at =
        read({{"suite", much}, {"text", much}, {"provider", much}, {"status", "running,failed,completed"}}).value();
    const auto text = make_next_run_cursor(at, 1000, {false, -1, std::string(128, 'f'), max_offset}, max_offset,
                                           max_offset, test_mac);
    EXPECT_LE(text.size(), max_cursor_text);
    EXPECT_TRUE(decode_run_cursor(text, test_mac));
}
