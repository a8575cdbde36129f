#include "mapping/page_request.hpp"

#include "tests/mapping/test_mac.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace evalbridge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using query = std::vector<std::pair<std::string, std::string>>;
using strings = std::vector<std::string>;

const std::vector<std::string_view> raw_and_spans = {"raw", "spans"};

result<list_request> read(const query& parameters, list_kind kind = list_kind::verdicts,
                          std::string_view subject = "staging:run-1") {
    return read_list_request(parameters, kind, subject, raw_and_spans, true, test_mac);
}

/// The names of the parameters that are found wrong, in alphabetical order; empty when none is.
strings wrong(const result<list_request>& read) {
    strings names;
    if (read)
        return names;
    const error refusal = read.error(); // a copy: Boost 1.81's result gives its error by value
    EXPECT_EQ(refusal.code(), errc::invalid_request);
    for (const auto& fault : refusal.faults()) {
        EXPECT_EQ(fault.in, "query");
        EXPECT_FALSE(fault.detail.empty());
        names.push_back(fault.pointer);
    }
    EXPECT_FALSE(names.empty());
    std::ranges::sort(names);
    return names;
}

strings wrong(const query& parameters) { return wrong(read(parameters)); }

/// The cursor after the first `taken` items of what `parameters` ask for.
std::string cursor_after(const query& parameters, std::size_t taken = 50, list_kind kind = list_kind::verdicts) {
    const auto request = read(parameters, kind);
    EXPECT_TRUE(request);
    return make_next_cursor(*request, taken, {37, 2}, "staging:run-1", test_mac);
}

TEST(ListRequest, BeginsAtTheStartWithFiftyItems) {
    const auto r = read({});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->kind, list_kind::verdicts);
    EXPECT_EQ(r->style, paging_style::offset);
    EXPECT_EQ(r->limit, 50u);
    EXPECT_EQ(r->offset, 0u);
    EXPECT_EQ(r->window.limit, 50u);
    EXPECT_EQ(r->window.from, walk_position{});
    EXPECT_EQ(r->filter, verdict_filter{});
    EXPECT_TRUE(r->include.empty());
}

TEST(ListRequest, TakesAnOffset) {
    const auto r = read({{"limit", "1000"}, {"offset", "9007199254740992"}});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->style, paging_style::offset);
    EXPECT_EQ(r->window.limit, 1000u);
    EXPECT_EQ(r->window.skip, std::uint64_t(1) << 53);
    EXPECT_EQ(r->window.ordinal, 0u);
    EXPECT_EQ(r->offset, std::uint64_t(1) << 53);
}

TEST(ListRequest, TakesAPageNumber) {
    struct {
        query parameters;
        std::uint64_t offset;
        std::uint32_t limit;
    } const cases[] = {
        {{{"page", "1"}}, 0, 50},
        {{{"page", "3"}, {"per_page", "20"}}, 40, 20},
        {{{"per_page", "7"}}, 0, 7},
        {{{"page", "9007199254740993"}, {"per_page", "1"}}, std::uint64_t(1) << 53, 1},
    };
    for (const auto& c : cases) {
        const auto r = read(c.parameters);
        ASSERT_TRUE(r);
        EXPECT_EQ(r->style, paging_style::number);
        EXPECT_EQ(r->offset, c.offset);
        EXPECT_EQ(r->window.skip, c.offset);
        EXPECT_EQ(r->window.limit, c.limit);
        EXPECT_EQ(r->limit, c.limit);
    }
}

TEST(ListRequest, TakesFiltersAndIncludes) {
    const auto r = read({{"passed", "null"},
                         {"metric", "Correctness (general)"},
                         {"level", "all"},
                         {"trace_id", "tr-1"},
                         {"include", "spans,raw,spans"}});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->filter, (verdict_filter{verdict_filter::passed_is::undecided, "Correctness (general)",
                                         verdict_filter::levels::all, "tr-1"}));
    EXPECT_EQ(r->include, (strings{"raw", "spans"}));
    EXPECT_TRUE(r->includes("raw"));
    EXPECT_FALSE(r->includes("everything"));
    EXPECT_EQ(read({{"passed", "true"}})->filter.passed, verdict_filter::passed_is::yes);
    EXPECT_EQ(read({{"passed", "false"}})->filter.passed, verdict_filter::passed_is::no);
    EXPECT_EQ(read({{"level", "span"}})->filter.level, verdict_filter::levels::span);
    EXPECT_EQ(read({{"level", "item"}})->filter.level, verdict_filter::levels::item);
}

TEST(ListRequest, RefusesEveryNumberThatIsNotPlainlyInRange) {
    for (const auto* name : {"limit", "per_page", "page", "offset"})
        for (const auto* value : {"-1", "abc", "", "+5", "1.5", "5 ", " 5", "0x5", "1e2", "5,", "\xd9\xa5",
                                  "99999999999999999999999999", "18446744073709551616"})
            EXPECT_THAT(wrong({{name, value}}), ElementsAre(name)) << value;
    for (const auto* name : {"limit", "per_page"})
        for (const auto* value : {"0", "1001", "4294967297"})
            EXPECT_THAT(wrong({{name, value}}), ElementsAre(name)) << value;
    EXPECT_THAT(wrong({{"page", "0"}}), ElementsAre("page"));
    EXPECT_THAT(wrong({{"offset", "9007199254740993"}}), ElementsAre("offset"));
    EXPECT_THAT(wrong({{"limit", std::string("5\0", 2)}}), ElementsAre("limit"));
}

TEST(ListRequest, RefusesAPageTooFarOnForItsSize) {
    EXPECT_THAT(wrong({{"page", "9007199254740992"}, {"per_page", "1000"}}), ElementsAre("page"));
    EXPECT_THAT(wrong({{"page", "9007199254740993"}}), ElementsAre("page"));
    EXPECT_THAT(wrong({{"page", "9007199254740994"}, {"per_page", "1"}}), ElementsAre("page"));
}

TEST(ListRequest, RefusesWordsItDoesNotKnow) {
    for (const auto* value : {"maybe", "", "True", "1", "yes"})
        EXPECT_THAT(wrong({{"passed", value}}), ElementsAre("passed")) << value;
    for (const auto* value : {"foo", "", "Item", "item,span"})
        EXPECT_THAT(wrong({{"level", value}}), ElementsAre("level")) << value;
    for (const auto* value : {"unknown", "", "raw,", ",raw", "raw,unknown", "Raw", "raw spans", ","})
        EXPECT_THAT(wrong({{"include", value}}), ElementsAre("include")) << value;
    const auto refused = read({{"level", "foo"}});
    EXPECT_EQ(refused.error().faults()[0].detail, "must be one of: item, span, all");
}

TEST(ListRequest, RefusesTextsThatAreEmptyLongOrNotText) {
    for (const auto* name : {"metric", "trace_id"}) {
        EXPECT_THAT(wrong({{name, ""}}), ElementsAre(name));
        EXPECT_THAT(wrong({{name, std::string(513, 'x')}}), ElementsAre(name));
        EXPECT_THAT(wrong({{name, "a\r\nb"}}), ElementsAre(name));
        EXPECT_THAT(wrong({{name, std::string("a\0b", 3)}}), ElementsAre(name));
        EXPECT_TRUE(read({{name, std::string(512, 'x')}}));
        EXPECT_TRUE(read({{name, "Korrektheit \xc3\xbc, 100% & more"}}));
    }
}

TEST(ListRequest, RefusesAParameterGivenTwice) {
    for (const auto* name : {"limit", "offset", "page", "per_page"})
        EXPECT_THAT(wrong({{name, "5"}, {name, "5"}}), ElementsAre(name));
    EXPECT_THAT(wrong({{"passed", "true"}, {"passed", "false"}, {"passed", "null"}}), ElementsAre("passed"));
    EXPECT_THAT(wrong({{"metric", "a"}, {"metric", "b"}}), ElementsAre("metric"));
    EXPECT_THAT(wrong({{"include", "raw"}, {"include", "spans"}}), ElementsAre("include"));
    const auto cursor = cursor_after({});
    EXPECT_THAT(wrong({{"cursor", cursor}, {"cursor", cursor}}), ElementsAre("cursor"));
}

TEST(ListRequest, RefusesStylesThatAreMixed) {
    EXPECT_THAT(wrong({{"limit", "5"}, {"page", "2"}}), ElementsAre("page"));
    EXPECT_THAT(wrong({{"offset", "5"}, {"per_page", "2"}}), ElementsAre("per_page"));
    EXPECT_THAT(wrong({{"limit", "5"}, {"offset", "0"}, {"page", "2"}, {"per_page", "5"}}),
                ElementsAre("page", "per_page"));
    const auto cursor = cursor_after({});
    EXPECT_THAT(wrong({{"cursor", cursor}, {"offset", "50"}}), ElementsAre("offset"));
    EXPECT_THAT(wrong({{"cursor", cursor}, {"page", "2"}, {"per_page", "50"}}), ElementsAre("page", "per_page"));
}

TEST(ListRequest, TellsEveryFaultAtOnce) {
    EXPECT_THAT(wrong({{"limit", "0"},
                       {"offset", "-1"},
                       {"passed", "maybe"},
                       {"level", "foo"},
                       {"metric", ""},
                       {"trace_id", ""},
                       {"include", "unknown"}}),
                ElementsAre("include", "level", "limit", "metric", "offset", "passed", "trace_id"));
    EXPECT_THAT(wrong({{"cursor", "nonsense"}, {"limit", "1001"}, {"passed", "maybe"}}),
                ElementsAre("cursor", "limit", "passed"));
}

TEST(ListRequest, RefusesFiltersWhereTheListTakesNone) {
    const query all = {{"passed", "true"}, {"level", "item"}, {"metric", "a"}, {"trace_id", "t"}, {"include", "raw"}};
    EXPECT_THAT(wrong(read_list_request(all, list_kind::providers, "", {}, false, test_mac)),
                ElementsAre("include", "level", "metric", "passed", "trace_id"));
    EXPECT_TRUE(read_list_request(query{{"limit", "5"}}, list_kind::providers, "", {}, false, test_mac));
}

TEST(ListRequest, LeavesParametersOfOtherNamesToTheRoute) { EXPECT_TRUE(read({{"refresh", "true"}, {"Limit", "x"}})); }

TEST(ListRequest, GoesOnFromACursorAlone) {
    const query parameters = {{"limit", "20"},  {"offset", "40"},  {"passed", "false"}, {"metric", "a"},
                              {"level", "all"}, {"trace_id", "t"}, {"include", "raw"}};
    const auto first = read(parameters);
    const auto r = read({{"cursor", cursor_after(parameters, 20)}});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->style, paging_style::cursor);
    EXPECT_EQ(r->filter, first->filter);
    EXPECT_EQ(r->include, first->include);
    EXPECT_EQ(r->limit, 20u);
    EXPECT_EQ(r->offset, 60u);
    EXPECT_EQ(r->window.from, (walk_position{37, 2}));
    EXPECT_EQ(r->window.ordinal, 60u);
    EXPECT_EQ(r->window.skip, 0u);
    EXPECT_EQ(r->window.limit, 20u);
}

TEST(ListRequest, TakesTheSameParametersAgainBesideACursor) {
    const query parameters = {{"limit", "20"}, {"passed", "false"}, {"metric", "a"}, {"include", "raw,spans"}};
    auto again = parameters;
    again.back().second = "spans,raw";
    again.emplace_back("cursor", cursor_after(parameters));
    again.emplace_back("level", "item");
    EXPECT_TRUE(read(again));
}

TEST(ListRequest, RefusesOtherParametersBesideACursor) {
    const query parameters = {{"limit", "20"}, {"passed", "false"}, {"metric", "a"}, {"include", "raw"}};
    const auto cursor = cursor_after(parameters);
    const query others = {{"limit", "50"},  {"passed", "true"}, {"metric", "A"},
                          {"level", "all"}, {"trace_id", "t"},  {"include", "raw,spans"}};
    for (const auto& other : others)
        EXPECT_THAT(wrong({{"cursor", cursor}, other}), ElementsAre(other.first));
    auto all = others;
    all.emplace_back("cursor", cursor);
    EXPECT_EQ(wrong(all).size(), others.size());
}

TEST(ListRequest, RefusesACursorOfAnotherKindOfList) {
    const auto refused = read({{"cursor", cursor_after({}, 50, list_kind::results)}});
    EXPECT_THAT(wrong(refused), ElementsAre("cursor"));
    EXPECT_THAT(refused.error().faults()[0].detail, HasSubstr("another kind of list"));
}

TEST(ListRequest, RefusesACursorOfAnotherRun) {
    const auto refused = read({{"cursor", cursor_after({})}}, list_kind::verdicts, "staging:run-2");
    EXPECT_THAT(wrong(refused), ElementsAre("cursor"));
    EXPECT_THAT(refused.error().faults()[0].detail, HasSubstr("another run"));
}

TEST(ListRequest, RefusesACursorSealedWithAnotherKey) {
    const auto request = read({});
    const auto foreign = make_next_cursor(*request, 50, {50, 0}, "staging:run-1", foreign_mac);
    EXPECT_THAT(wrong({{"cursor", foreign}}), ElementsAre("cursor"));
    EXPECT_THAT(wrong({{"cursor", ""}}), ElementsAre("cursor"));
}

TEST(ListRequest, FitsTheLargestRequestIntoACursor) {
    const query largest = {
        {"metric", std::string(512, '\xff')}, {"trace_id", std::string(512, 'x')}, {"include", "raw,spans"}};
    const std::string subject(640, 's');
    const auto request = read(largest, list_kind::verdicts, subject);
    const auto cursor = make_next_cursor(*request, 50, {max_offset, 4294967295u}, subject, test_mac);
    EXPECT_TRUE(read({{"cursor", cursor}}, list_kind::verdicts, subject));
}

page<int> given(std::size_t items, bool more, std::optional<std::uint64_t> total = {}) {
    page<int> p;
    p.items.resize(items);
    p.has_more = more;
    if (more)
        p.next = walk_position{9, 1};
    p.total = total;
    return p;
}

TEST(PageInfo, TellsWhereThePageStands) {
    const auto request = read({{"limit", "20"}, {"offset", "40"}});
    auto p = given(20, true, 70);
    p.run_terminal = false;
    const auto info = make_page_info(*request, p, "staging:run-1", test_mac);
    EXPECT_EQ(info.limit, 20u);
    EXPECT_EQ(info.offset, 40u);
    EXPECT_EQ(info.number, 3u);
    EXPECT_EQ(info.total, 70u);
    EXPECT_TRUE(info.has_more);
    EXPECT_EQ(info.run_terminal, false);
    const auto next = read({{"cursor", info.next_cursor.value()}});
    ASSERT_TRUE(next);
    EXPECT_EQ(next->offset, 60u);
    EXPECT_EQ(next->window.from, (walk_position{9, 1}));
}

TEST(PageInfo, HasNoNumberBetweenPagesAndNoCursorAtTheEnd) {
    const auto info = make_page_info(*read({{"limit", "20"}, {"offset", "30"}}), given(3, false, 33), "s", test_mac);
    EXPECT_EQ(info.number, std::nullopt);
    EXPECT_FALSE(info.has_more);
    EXPECT_EQ(info.next_cursor, std::nullopt);
    EXPECT_EQ(info.run_terminal, std::nullopt);
}

} // namespace
} // namespace evalbridge
