#include "gateway/handlers/sse.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

std::string event(std::string_view data) {
    std::string out;
    append_event(out, "3.abc.s", "status", data);
    return out;
}

TEST(ServerSentEvents, AnEventIsItsFieldsAndAnEmptyLine) {
    EXPECT_EQ(event(R"({"a":1})"), "id: 3.abc.s\nevent: status\ndata: {\"a\":1}\n\n");
}

TEST(ServerSentEvents, DataOfSeveralLinesStaysOneEvent) {
    EXPECT_EQ(event("a\nb\r\nc\rd"), "id: 3.abc.s\nevent: status\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
    EXPECT_EQ(event("a\n"), "id: 3.abc.s\nevent: status\ndata: a\ndata: \n\n");
    EXPECT_EQ(event(""), "id: 3.abc.s\nevent: status\ndata: \n\n");
    EXPECT_EQ(event("a\n\nid: 7"), "id: 3.abc.s\nevent: status\ndata: a\ndata: \ndata: id: 7\n\n");
}

TEST(ServerSentEvents, CommentsAndRetries) {
    std::string out;
    append_retry(out, std::chrono::milliseconds(2000));
    append_comment(out);
    append_comment(out, "bye");
    EXPECT_EQ(out, "retry: 2000\n\n:\n\n: bye\n\n");
}

} // namespace
} // namespace evalbridge
