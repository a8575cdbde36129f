#include "cli/event_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

/// Each event as `kind|data`.
std::vector<std::string> read(event_stream& stream, std::string_view bytes) {
    std::vector<stream_event> events;
    EXPECT_TRUE(stream.feed(bytes, events));
    std::vector<std::string> out;
    for (const auto& each : events)
        out.push_back(each.kind + '|' + each.data);
    return out;
}

std::vector<std::string> read(std::string_view bytes) {
    event_stream stream;
    return read(stream, bytes);
}

} // namespace

TEST(EventStream, ReadsKindDataAndId) {
    event_stream stream;
    EXPECT_THAT(read(stream, "retry: 2000\n\nid: 7.ab\nevent: status\ndata: {\"a\":1}\n\n"),
                ElementsAre("status|{\"a\":1}"));
    EXPECT_EQ(stream.last_id(), "7.ab");
    EXPECT_EQ(stream.retry(), 2000ms);
}

TEST(EventStream, TakesEveryEndOfALine) {
    const auto one = ElementsAre("message|a\nb", "message|c");
    EXPECT_THAT(read("data: a\ndata: b\n\ndata: c\n\n"), one);
    EXPECT_THAT(read("data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n"), one);
    EXPECT_THAT(read("data: a\rdata: b\r\rdata: c\r\r"), one);
    EXPECT_THAT(read("data: a\rdata: b\n\r\ndata: c\n\r"), one);
}

TEST(EventStream, ComesInPiecesOfAnySize) {
    const std::string whole =
        "\xEF\xBB\xBFid: 1\r\nevent: done\r\ndata: x\r\ndata:\r\ndata: y\r\n\r\n: beat\r\rdata: z\n\n";
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        event_stream stream;
        std::vector<std::string> all;
        for (std::size_t at = 0; at < whole.size(); at += size)
            for (auto& each : read(stream, std::string_view(whole).substr(at, size)))
                all.push_back(std::move(each));
        EXPECT_THAT(all, ElementsAre("done|x\n\ny", "message|z")) << size;
        EXPECT_EQ(stream.last_id(), "1") << size;
    }
}

TEST(EventStream, FollowsTheStandardsExamples) {
    EXPECT_THAT(read("data: YHOO\ndata: +2\ndata: 10\n\n"), ElementsAre("message|YHOO\n+2\n10"));
    event_stream stream;
    EXPECT_THAT(
        read(stream, ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
        ElementsAre("message|first event", "message|second event", "message| third event"));
    EXPECT_EQ(stream.last_id(), "");
    EXPECT_THAT(read("data\n\ndata\ndata\n\ndata:"), ElementsAre("message|", "message|\n"));
    EXPECT_THAT(read("data:test\n\ndata: test\n\n"), ElementsAre("message|test", "message|test"));
}

TEST(EventStream, PassesOverWhatIsNoEvent) {
    EXPECT_THAT(read("event: status\n\n"), IsEmpty()) << "no data, no event";
    EXPECT_THAT(read("event: status\n\ndata: a\n\n"), ElementsAre("message|a")) << "and no kind is left over";
    EXPECT_THAT(read(": data: a\n\n"), IsEmpty());
    EXPECT_THAT(read("Data: a\nfoo: b\n data: c\n\n"), IsEmpty());
    EXPECT_THAT(read("data: cut off\n"), IsEmpty());
    EXPECT_THAT(read("\xEF\xBB\xBF"
                     "data: a\n\n"),
                ElementsAre("message|a"));
    EXPECT_THAT(read("data: a\n\n\xEF\xBB\xBF"
                     "data: b\n\n"),
                ElementsAre("message|a"))
        << "a mark stands in front only";
}

TEST(EventStream, AnIdCountsOnceItsEventHasEnded) {
    event_stream stream;
    EXPECT_EQ(stream.last_id(), std::nullopt);
    read(stream, "id: 1\ndata: a\n");
    EXPECT_EQ(stream.last_id(), std::nullopt);
    read(stream, "\n");
    EXPECT_EQ(stream.last_id(), "1");
    read(stream, std::string_view("id: 2\0\ndata: b\n\n", 16));
    EXPECT_EQ(stream.last_id(), "1") << "one with a NUL is none";
    read(stream, "data: c\n\n");
    EXPECT_EQ(stream.last_id(), "1") << "it stays until another is set";
    read(stream, "id: 3\n\n");
    EXPECT_EQ(stream.last_id(), "3");
}

TEST(EventStream, ARetryIsDigitsOnly) {
    for (const auto* text : {"", "-1", "+1", "1.5", "1s", "0x10"}) {
        event_stream stream;
        read(stream, "retry: " + std::string(text) + "\n");
        EXPECT_EQ(stream.retry(), std::nullopt) << text;
    }
    event_stream stream;
    read(stream, "retry: 0\n");
    EXPECT_EQ(stream.retry(), 0ms);
    read(stream, "retry: 99999999999999999999\n");
    EXPECT_EQ(stream.retry(), 24h);
}

TEST(EventStream, BoundsLinesAndEvents) {
    std::vector<stream_event> events;
    event_stream line(16);
    EXPECT_TRUE(line.feed("data: 0123456789", events));
    EXPECT_FALSE(line.feed("x", events));
    event_stream event(16);
    EXPECT_TRUE(event.feed("data: 01234567\n", events));
    EXPECT_FALSE(event.feed("data: 01234567\n", events));
    event_stream many(16);
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(many.feed(": 0123456789\ndata: 0123\n\n", events));
    EXPECT_EQ(events.size(), 100u);
}
