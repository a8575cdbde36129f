#include "tests/upstream/layers/layer_bench.hpp"

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct CacheAnswers : layer_bench {
    void build(std::string credential = "one") {
        layer = cache_answers(context(), state(), std::move(credential), vendor_below());
    }
    void keep(const http_request& request, std::string body, lasting how_long = lasting::for_good) {
        layer->keep(request, named(), answer(200, std::move(body), {{"etag", "x"}}), how_long);
    }
    bool hits(const http_request& request) { return send(request)->ended(); }
};

TEST_F(CacheAnswers, GivesWhatWasKept) {
    build();
    EXPECT_FALSE(hits(get("/runs/1")));
    keep(get("/runs/1"), "kept");
    const auto got = send(get("/runs/1"), named("another client").named("another_operation"));
    EXPECT_EQ(got->text(), "200 kept");
    EXPECT_EQ((*got->got)->field("etag"), "x");
    EXPECT_EQ(vendor.exchanges.size(), 1u);
    EXPECT_EQ(metric("evalbridge_cache_hits_total"), 1);
    EXPECT_EQ(metric("evalbridge_cache_misses_total"), 1);
}

TEST_F(CacheAnswers, DoesNotKeepByItself) {
    build();
    send(get("/runs/1"));
    vendor.answer(0, answer(200));
    settle();
    EXPECT_FALSE(hits(get("/runs/1")));
    EXPECT_EQ(metric("evalbridge_cache_misses_total"), 0); // nor might it have
}

TEST_F(CacheAnswers, TellsRequestsApartByAllThatDecidesOnTheAnswer) {
    build();
    auto base = get("/runs/1");
    base.fields = {{"accept", "a"}, {"x", "b"}};
    keep(base, "kept");
    EXPECT_TRUE(hits(base));
    auto other = base;
    other.target = "/runs/2";
    EXPECT_FALSE(hits(other));
    other = base;
    other.fields[1].value = "c";
    EXPECT_FALSE(hits(other));
    other = base;
    other.fields = {{"accept", "ax"}, {"", "b"}}; // the same letters
    EXPECT_FALSE(hits(other));
    other = base;
    other.fields.pop_back();
    EXPECT_FALSE(hits(other));
    other = base;
    other.method = http_method::post;
    EXPECT_FALSE(hits(other));
    other = base;
    other.body = "b";
    EXPECT_FALSE(hits(other));
    build("two"); // another credential, in the same cache
    EXPECT_FALSE(hits(base));
}

TEST_F(CacheAnswers, KeepsReadsOnly) {
    build();
    layer->keep(post("/runs"), named(), answer(200), lasting::for_good);
    EXPECT_EQ(state().cache.size(), 0u);
}

TEST_F(CacheAnswers, KeepsForAsLongAsItLasts) {
    build();
    keep(get("/run"), "kept", lasting::for_good);
    keep(get("/metrics"), "kept", lasting::catalogue);
    pass(5min - 1ns);
    EXPECT_TRUE(hits(get("/metrics")));
    pass(1ns);
    EXPECT_FALSE(hits(get("/metrics")));
    pass(55min - 1ns);
    EXPECT_TRUE(hits(get("/run")));
    pass(1ns);
    EXPECT_FALSE(hits(get("/run")));
}

TEST_F(CacheAnswers, AreNoNewerForHavingBeenGivenAgain) {
    build();
    keep(get("/metrics"), "kept", lasting::catalogue);
    pass(4min);
    EXPECT_TRUE(hits(get("/metrics")));
    keep(get("/metrics"), "kept", lasting::catalogue); // as whoever decoded it does
    EXPECT_EQ(metric("evalbridge_cache_misses_total"), 1);
    pass(1min);
    EXPECT_FALSE(hits(get("/metrics")));
    keep(get("/metrics"), "newer", lasting::catalogue);
    EXPECT_EQ(send(get("/metrics"))->text(), "200 newer");
}

TEST_F(CacheAnswers, GivesNothingLargerThanTheCallerTakes) {
    build();
    keep(get("/run"), "1234");
    auto c = named();
    c.max_body = 3;
    EXPECT_FALSE(send(get("/run"), c)->ended());
    c.max_body = 4;
    EXPECT_TRUE(send(get("/run"), c)->ended());
}

TEST_F(CacheAnswers, IsNotThereWithoutRoom) {
    options.cache.size = 0;
    auto below = vendor_below();
    const auto* const raw = below.get();
    const auto made = cache_answers(context(), state(), "one", std::move(below));
    EXPECT_EQ(made.get(), raw);
}

} // namespace
} // namespace evalbridge::testing
