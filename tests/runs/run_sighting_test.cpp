#include "runs/run_sighting.hpp"

#include "tests/runs/scripted_provider.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

TEST(NamesEtag, ComparesWeaklyInLists) {
    const std::string tag = R"(W/"abc")";
    for (const std::string_view field :
         {R"(W/"abc")", R"("abc")", "*", R"( "x" , W/"abc")", R"("x","abc")", R"(, ,"abc" ,)", R"("a,b", "abc")"})
        EXPECT_TRUE(names_etag(field, tag)) << field;
    for (const std::string_view field : {"", "abc", R"("ab")", R"("abcd")", R"(w/"abc")", R"("abc)", R"(* , "abc")",
                                         R"(junk, "abc")", R"("x,"abc")", R"(W/ "abc")"})
        EXPECT_FALSE(names_etag(field, tag)) << field;
    EXPECT_FALSE(names_etag("*", "")) << "there is no state to name";
}

TEST(RunSighting, HasTheSameTagHoweverTheRunWasRead) {
    auto plain = testing::sample_run(run_status::running);
    plain.run_metrics.resize(1);
    plain.star = star_metric{{}, {}, measurement()};
    auto with_raw = plain;
    with_raw.raw = "{}";
    with_raw.run_metrics[0].raw = "{}";
    with_raw.star->result->raw = "{}";
    EXPECT_EQ(make_sighting(plain)->etag, make_sighting(with_raw)->etag);
    EXPECT_EQ(make_sighting(plain)->json, make_sighting(with_raw)->json);
    EXPECT_FALSE(make_sighting(with_raw)->seen->raw);
    auto changed = plain;
    changed.progress = run_progress{1, 2};
    EXPECT_NE(make_sighting(plain)->etag, make_sighting(changed)->etag);
    EXPECT_TRUE(make_sighting(plain)->etag.starts_with("W/\""));
    EXPECT_EQ(make_sighting(plain)->etag.size(), 20u);
}

} // namespace
} // namespace evalbridge
