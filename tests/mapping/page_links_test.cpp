#include "mapping/page_request.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using query = std::vector<std::pair<std::string, std::string>>;

constexpr auto path = "/v1/runs/staging:run-1/verdicts";

std::string links(paging_style style, std::uint64_t offset, std::uint32_t limit, std::optional<std::uint64_t> total,
                  bool has_more, const query& sent = {}, std::string_view at = path) {
    list_request request;
    request.style = style;
    request.offset = offset;
    request.limit = limit;
    page_info info;
    info.total = total;
    info.has_more = has_more;
    if (has_more)
        info.next_cursor = "abc-_.def";
    return link_header(request, info, at, sent);
}

/// What `links` gives, as `relation=parameters` one after the other, where the path is as it was.
std::string relations(const std::string& header) {
    std::string out;
    for (std::size_t from = 0; from < header.size();) {
        const auto open = header.find('?', from), close = header.find('>', from);
        const auto rel = header.find("rel=\"", close) + 5, quote = header.find('"', rel);
        EXPECT_EQ(header.substr(from, open - from), std::string("<") + path);
        EXPECT_EQ(header.substr(close, rel - close), ">; rel=\"");
        out += (out.empty() ? "" : " ") + header.substr(rel, quote - rel) + ":" +
               header.substr(open + 1, close - open - 1);
        if (quote + 1 < header.size()) {
            EXPECT_EQ(header.substr(quote, 4), "\", <");
        }
        from = quote + 3;
    }
    return out;
}

TEST(LinkHeader, IsWrittenAsRfc8288Says) {
    EXPECT_EQ(links(paging_style::offset, 0, 50, {}, true),
              "</v1/runs/staging:run-1/verdicts?limit=50&offset=0>; rel=\"first\", "
              "</v1/runs/staging:run-1/verdicts?limit=50&offset=50>; rel=\"next\"");
}

TEST(LinkHeader, GoesByOffsetsInTheOffsetStyle) {
    struct {
        std::uint64_t offset;
        std::optional<std::uint64_t> total;
        bool more;
        const char* expected;
    } const cases[] = {
        {0, 120, true, "first:limit=50&offset=0 next:limit=50&offset=50 last:limit=50&offset=100"},
        {50, 120, true,
         "first:limit=50&offset=0 prev:limit=50&offset=0 next:limit=50&offset=100 last:limit=50&offset=100"},
        {100, 120, false, "first:limit=50&offset=0 prev:limit=50&offset=50 last:limit=50&offset=100"},
        {50, 100, false, "first:limit=50&offset=0 prev:limit=50&offset=0 last:limit=50&offset=50"},
        {0, 0, false, "first:limit=50&offset=0 last:limit=50&offset=0"},
        {0, 50, false, "first:limit=50&offset=0 last:limit=50&offset=0"},
        {0, {}, false, "first:limit=50&offset=0"},
        // What comes before an offset below the limit is less than a page.
        {30, 120, true,
         "first:limit=50&offset=0 prev:limit=30&offset=0 next:limit=50&offset=80 last:limit=50&offset=80"},
        {130, 131, false, "first:limit=50&offset=0 prev:limit=50&offset=80 last:limit=50&offset=130"},
        // Past the end, the page before is the last one.
        {1000, 120, false, "first:limit=50&offset=0 prev:limit=50&offset=100 last:limit=50&offset=100"},
        {150, 120, false, "first:limit=50&offset=0 prev:limit=50&offset=100 last:limit=50&offset=100"},
        {1000, 0, false, "first:limit=50&offset=0 prev:limit=50&offset=0 last:limit=50&offset=0"},
        {51, 0, false, "first:limit=50&offset=0 prev:limit=50&offset=0 last:limit=50&offset=0"},
        {30, 20, false, "first:limit=50&offset=0 prev:limit=30&offset=0 last:limit=50&offset=0"},
        {1000, {}, false, "first:limit=50&offset=0 prev:limit=50&offset=950"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(relations(links(paging_style::offset, c.offset, 50, c.total, c.more)), c.expected) << c.offset;
}

TEST(LinkHeader, GoesByPagesInTheNumberStyle) {
    struct {
        std::uint64_t offset;
        std::optional<std::uint64_t> total;
        bool more;
        const char* expected;
    } const cases[] = {
        {0, 45, true, "first:page=1&per_page=20 next:page=2&per_page=20 last:page=3&per_page=20"},
        {20, 45, true,
         "first:page=1&per_page=20 prev:page=1&per_page=20 next:page=3&per_page=20 last:page=3&per_page=20"},
        {40, 45, false, "first:page=1&per_page=20 prev:page=2&per_page=20 last:page=3&per_page=20"},
        {20, 40, false, "first:page=1&per_page=20 prev:page=1&per_page=20 last:page=2&per_page=20"},
        {0, 0, false, "first:page=1&per_page=20 last:page=1&per_page=20"},
        {400, 45, false, "first:page=1&per_page=20 prev:page=3&per_page=20 last:page=3&per_page=20"},
        {40, {}, true, "first:page=1&per_page=20 prev:page=2&per_page=20 next:page=4&per_page=20"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(relations(links(paging_style::number, c.offset, 20, c.total, c.more)), c.expected) << c.offset;
}

TEST(LinkHeader, OnlyGoesOnInTheCursorStyle) {
    EXPECT_EQ(relations(links(paging_style::cursor, 40, 20, 100, true)), "next:cursor=abc-_.def");
    EXPECT_EQ(links(paging_style::cursor, 40, 20, 60, false), "");
}

TEST(LinkHeader, KeepsTheOtherParametersAndOnlyThem) {
    const query sent = {{"limit", "5"},    {"passed", "false"}, {"offset", "7"},         {"page", "1"},
                        {"per_page", "1"}, {"cursor", "old"},   {"include", "raw,spans"}};
    EXPECT_EQ(links(paging_style::offset, 0, 5, {}, false, sent),
              "</v1/runs/staging:run-1/verdicts?passed=false&include=raw%2Cspans&limit=5&offset=0>; rel=\"first\"");
    EXPECT_EQ(links(paging_style::cursor, 0, 5, {}, true, sent),
              "</v1/runs/staging:run-1/verdicts?passed=false&include=raw%2Cspans&cursor=abc-_.def>; rel=\"next\"");
}

TEST(LinkHeader, LetsNothingBreakOutOfAUrl) {
    const query sent = {{"metric", "a&b=c #?+%\">;,\r\n\xc3\xbc"}, {"trace_id", "t:1~2"}};
    EXPECT_EQ(
        links(paging_style::offset, 0, 5, {}, false, sent),
        "</v1/runs/staging:run-1/verdicts?metric=a%26b%3Dc%20%23%3F%2B%25%22%3E%3B%2C%0D%0A%C3%BC&trace_id=t%3A1~2"
        "&limit=5&offset=0>; rel=\"first\"");
    EXPECT_EQ(links(paging_style::offset, 0, 5, {}, false, {}, "/v1/runs/a%2Fb>,\"\r\n;c"),
              "</v1/runs/a%2Fb%3E%2C%22%0D%0A%3Bc?limit=5&offset=0>; rel=\"first\"");
}

TEST(LinkHeader, LinksToNoOffsetThatWouldBeRefused) {
    EXPECT_EQ(links(paging_style::offset, max_offset, 50, {}, true).find("rel=\"next\""), std::string::npos);
    EXPECT_NE(links(paging_style::offset, max_offset - 50, 50, {}, true).find("rel=\"next\""), std::string::npos);
}

} // namespace
} // namespace evalbridge
