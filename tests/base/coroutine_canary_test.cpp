// Holds the compiler in use to the coroutine forms of this code base: every object that is made in an expression with a
// co_await is destroyed exactly once.

#include "tests/support/scripted_upstream.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

struct counted {
    explicit counted(int& n) : alive(&n) { ++*alive; }
    counted(const counted& other) : alive(other.alive) { ++*alive; }
    counted& operator=(const counted&) = default;
    ~counted() { --*alive; }
    int* alive;
};

struct aggregate {
    counted first;
    std::string text;
};

awaitable<int> suspend_with(const aggregate& a) {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
    co_return static_cast<int>(a.text.size());
}

awaitable<int> suspend_with_function(std::function<int()> f) {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
    co_return f();
}

aggregate make_aggregate(int& n) {
    aggregate made{counted(n), std::string(40, 'x')};
    return made;
}

// Longer than any small-string buffer, so that a double free shows under ASan.
const std::string long_text(40, 'x');

awaitable<int> named_aggregate(int& alive) {
    const aggregate a{counted(alive), long_text};
    co_return co_await suspend_with(a);
}

awaitable<int> factory_result(int& alive) { co_return co_await suspend_with(make_aggregate(alive)); }

awaitable<int> named_lambda(int& alive) {
    const counted c(alive);
    const auto f = [c, text = long_text] { return static_cast<int>(text.size()) + (c.alive ? 0 : 1); };
    co_return co_await suspend_with_function(f);
}

int run(awaitable<int> (*form)(int&), int& alive) { return testing::run_task(form(alive)); }

TEST(CoroutineCanary, DestroysNamedAggregatesOnce) {
    int alive = 0;
    EXPECT_EQ(run(named_aggregate, alive), 40);
    EXPECT_EQ(alive, 0);
}

TEST(CoroutineCanary, DestroysFactoryResultsOnce) {
    int alive = 0;
    EXPECT_EQ(run(factory_result, alive), 40);
    EXPECT_EQ(alive, 0);
}

TEST(CoroutineCanary, DestroysNamedLambdasOnce) {
    int alive = 0;
    EXPECT_EQ(run(named_lambda, alive), 40);
    EXPECT_EQ(alive, 0);
}

// The forms that g++ 12 gets wrong. The compiler that ships must get them right, so that a slip in review is no crash.
#ifdef __clang__
awaitable<int> unnamed_braced_aggregate(int& alive) {
    co_return co_await suspend_with(aggregate{counted(alive), long_text});
}

awaitable<int> unnamed_parenthesised_aggregate(int& alive) {
    co_return co_await suspend_with(aggregate(counted(alive), long_text));
}

awaitable<int> unnamed_lambda(int& alive) {
    const counted c(alive);
    co_return co_await suspend_with_function([c, text = long_text] { return static_cast<int>(text.size()); });
}

TEST(CoroutineCanary, DestroysUnnamedBracedAggregatesOnce) {
    int alive = 0;
    EXPECT_EQ(run(unnamed_braced_aggregate, alive), 40);
    EXPECT_EQ(alive, 0);
}

TEST(CoroutineCanary, DestroysUnnamedParenthesisedAggregatesOnce) {
    int alive = 0;
    EXPECT_EQ(run(unnamed_parenthesised_aggregate, alive), 40);
    EXPECT_EQ(alive, 0);
}

TEST(CoroutineCanary, DestroysUnnamedLambdasOnce) {
    int alive = 0;
    EXPECT_EQ(run(unnamed_lambda, alive), 40);
    EXPECT_EQ(alive, 0);
}
#endif

} // namespace
} // namespace evalbridge
