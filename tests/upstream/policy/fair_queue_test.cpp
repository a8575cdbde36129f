#include "upstream/policy/fair_queue.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace evalbridge {
namespace {

std::vector<int> drain(fair_queue<int>& queue) {
    std::vector<int> out;
    while (const auto next = queue.pop())
        out.push_back(*next);
    return out;
}

using order = std::vector<int>;

TEST(FairQueue, TakesTurnsByClientAndKeepsEachClientsOrder) {
    fair_queue<int> queue;
    for (const int each : {1, 2, 3, 4})
        queue.push("greedy", each);
    queue.push("modest", 10);
    queue.push("modest", 11);
    queue.push("other", 20);
    EXPECT_EQ(queue.size(), 7u);
    EXPECT_EQ(queue.size_of("greedy"), 4u);
    EXPECT_EQ(queue.size_of("nobody"), 0u);
    EXPECT_EQ(drain(queue), (order{1, 10, 20, 2, 11, 3, 4}));
    EXPECT_EQ(queue.size(), 0u);
    EXPECT_FALSE(queue.pop());
}

TEST(FairQueue, LetsAnyoneLeave) {
    fair_queue<int> queue;
    queue.push("a", 1);
    queue.push("a", 2);
    queue.push("b", 3);
    EXPECT_TRUE(queue.remove("a", 1));
    EXPECT_FALSE(queue.remove("a", 1));
    EXPECT_FALSE(queue.remove("b", 2));
    EXPECT_FALSE(queue.remove("c", 3));
    EXPECT_TRUE(queue.remove("b", 3)); // its client has no turn any more
    EXPECT_EQ(queue.size(), 1u);
    queue.push("b", 4);
    EXPECT_EQ(drain(queue), (order{2, 4}));
}

TEST(FairQueue, DisplacesTheNewestOfTheLongestLine) {
    fair_queue<int> queue;
    for (const int each : {1, 2, 3})
        queue.push("greedy", each);
    queue.push("modest", 10);
    EXPECT_EQ(queue.displace_for("new"), 3);
    EXPECT_EQ(queue.size(), 3u);
    EXPECT_EQ(queue.displace_for("new"), 2);
    EXPECT_FALSE(queue.displace_for("new")); // would only change places
    EXPECT_FALSE(queue.displace_for("greedy"));
    EXPECT_EQ(drain(queue), (order{1, 10}));
    EXPECT_FALSE(queue.displace_for("new"));
}

TEST(FairQueue, DisplacesNobodyForALineThatWouldBeAsLong) {
    fair_queue<int> queue;
    for (const int each : {1, 2, 3})
        queue.push("a", each);
    queue.push("b", 10);
    queue.push("b", 11);
    EXPECT_FALSE(queue.displace_for("b")); // 2 and 3 would become 3 and 2
    queue.push("a", 4);
    EXPECT_EQ(queue.displace_for("b"), 4);
}

TEST(FairQueue, ShowsAll) {
    fair_queue<int> queue;
    queue.push("b", 3);
    queue.push("a", 1);
    queue.push("a", 2);
    int sum = 0;
    queue.for_each([&](int each) { sum += each; });
    EXPECT_EQ(sum, 6);
}

} // namespace
} // namespace evalbridge
