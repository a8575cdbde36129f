#include "adapters/gradient/judge.hpp"

#include "adapters/gradient/decode.hpp"
#include "tests/adapters/gradient/gradient_bench.hpp"

#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

constexpr auto correctness_id = "11f0aaaa-0000-11ef-bf8f-4e013e2ddde4";

measurement number(std::string name, double value, value_type type = value_type::number) {
    measurement m;
    m.metric.native_name = m.metric.name = std::move(name);
    m.value.type = type;
    m.value.number = value;
    return m;
}

struct courtroom {
    metric_dictionary dictionary = small_dictionary();
    std::shared_ptr<const metric_catalogue> catalogue =
        std::make_shared<const metric_catalogue>(*decode_catalogue(fixture("metrics.json")));
    test_case which;
    bool unread = false;

    explicit courtroom(star_setting star) { which.star = std::move(star); }
    judge sit() const { return {dictionary, catalogue, std::make_shared<const test_case>(which), unread}; }
    measurement judged(measurement m) const {
        sit().complete(m);
        return m;
    }
};

star_setting star_on(std::string name, std::optional<double> threshold, std::optional<double> pct = {}) {
    star_setting out;
    out.name = std::move(name);
    out.threshold = threshold;
    out.threshold_pct = pct;
    return out;
}

TEST(Judge, TheStarThresholdIsReachedInclusivelyForTheStarMetricOnly) {
    const courtroom room(star_on("correctness (General Hallucinations)", 80));
    EXPECT_EQ(room.judged(number("Correctness (general hallucinations)", 80)).passed, true);
    EXPECT_EQ(room.judged(number("Correctness (general hallucinations)", 79.9)).passed, false);
    EXPECT_EQ(room.judged(number("Context Adherence", 1)).passed, std::nullopt);
    EXPECT_EQ(room.judged(number("Correctness (general hallucinations)", 80)).decided_by, passed_source::threshold);
}

TEST(Judge, AThresholdThatTravelledAsAFloatIsStillReached) {
    const courtroom room(star_on("Context Adherence", 0.800000011920929));
    EXPECT_EQ(room.judged(number("Context Adherence", 0.8)).passed, true);
}

TEST(Judge, LowerIsBetterWhereTheCatalogueInverts) {
    const courtroom room(star_on("Prompt Perplexity", 10));
    EXPECT_EQ(room.judged(number("Prompt Perplexity", 10)).passed, true);
    EXPECT_EQ(room.judged(number("Prompt Perplexity", 10.5)).passed, false);
    EXPECT_EQ(room.judged(number("Prompt Perplexity", 10)).direction, score_direction::lower_is_better);
}

TEST(Judge, IdsGoBeforeNames) {
    auto star = star_on("Context Adherence", 0.5);
    star.id = correctness_id;
    const courtroom room(star);
    auto m = number("Context Adherence", 1);
    m.metric.native_id = "11f0bbbb-0000-11ef-bf8f-4e013e2ddde4";
    EXPECT_EQ(room.judged(m).passed, std::nullopt);
    m.metric.native_id.reset(); // an older vintage's: the name is all there is
    EXPECT_EQ(room.judged(m).passed, true);
    m.metric.native_name = "renamed";
    m.metric.native_id = correctness_id;
    EXPECT_EQ(room.judged(m).passed, true);
}

TEST(Judge, TheLegacyPercentageIsAShareOfTheMetricsRangeAndSaysSo) {
    const courtroom room(star_on("Context Adherence", {}, 80)); // 0..1
    const auto passed = room.judged(number("Context Adherence", 0.8));
    EXPECT_EQ(passed.passed, true);
    EXPECT_TRUE(has_note(passed.mapping, note_kind::derived, "passed"));
    EXPECT_EQ(room.judged(number("Context Adherence", 0.79)).passed, false);

    const courtroom percent(star_on("Ground Truth Faithfulness", {}, 80));
    EXPECT_EQ(percent.judged(number("Ground Truth Faithfulness", 80, value_type::percentage)).passed, true);
    EXPECT_EQ(percent.judged(number("Ground Truth Faithfulness", 0.8, value_type::percentage)).passed, false);

    const courtroom no_range(star_on("Prompt Perplexity", {}, 80)); // range_min is absent
    const auto undecided = no_range.judged(number("Prompt Perplexity", 1));
    EXPECT_EQ(undecided.passed, std::nullopt);
    EXPECT_TRUE(has_note(undecided.mapping, note_kind::defaulted, "passed"));
}

TEST(Judge, TheNewerThresholdGoesBeforeTheLegacyOne) {
    const courtroom room(star_on("Context Adherence", 0.2, 90));
    EXPECT_EQ(room.judged(number("Context Adherence", 0.2)).passed, true);
}

TEST(Judge, AStarMetricOfUnknownDirectionIsntGuessed) {
    const courtroom room(star_on("Brand New", 5));
    const auto m = room.judged(number("Brand New", 9));
    EXPECT_EQ(m.passed, std::nullopt);
    EXPECT_EQ(m.decided_by, passed_source::none);
    EXPECT_TRUE(has_note(m.mapping, note_kind::defaulted, "passed"));
}

TEST(Judge, TheTestCasesOwnMetricsStandInForACatalogueThatWasntRead) {
    courtroom room(star_on("Context Adherence", 0.5));
    room.which.metrics = *room.catalogue;
    room.catalogue = nullptr;
    EXPECT_EQ(room.judged(number("Context Adherence", 0.5)).passed, true);
}

TEST(Judge, WhatCouldntBeCalculatedIsUndecidedWithoutAScore) {
    const courtroom room(star_on("Correctness", 0));
    auto m = number("Correctness (general hallucinations)", 100);
    m.error = "no answer";
    m = room.judged(m);
    EXPECT_EQ(m.passed, std::nullopt);
    EXPECT_EQ(m.score, std::nullopt);
    EXPECT_EQ(m.value.number, 100);
    EXPECT_EQ(m.metric.name, "correctness");
}

TEST(Judge, UnreadThresholdsAreToldWhereTheyMightHaveDecided) {
    courtroom room{star_setting{}};
    room.which.star.reset();
    room.unread = true;
    EXPECT_TRUE(has_note(room.judged(number("Context Adherence", 1)).mapping, note_kind::defaulted, "passed"));
    measurement toxic;
    toxic.metric.native_name = "Toxicity";
    toxic.value.type = value_type::text;
    toxic.value.text = "No";
    toxic = room.judged(toxic);
    EXPECT_EQ(toxic.passed, true);
    EXPECT_FALSE(has_note(toxic.mapping, note_kind::defaulted, "passed"));
}

TEST(Judge, ScoresAreRescaledOnlyWithAKnownRange) {
    const courtroom room{star_setting{}};
    EXPECT_EQ(room.judged(number("Correctness (general hallucinations)", 25)).score, 0.25);
    EXPECT_EQ(room.judged(number("Context Adherence", 0.25)).score, 0.25);
    const auto unknown = room.judged(number("Ground Truth Faithfulness", 25, value_type::percentage));
    EXPECT_EQ(unknown.score, 25);
    EXPECT_TRUE(has_note(unknown.mapping, note_kind::defaulted, "score"));
}

TEST(Judge, TheStarIsShownBeforeThereIsAResultOfIt) {
    const courtroom room(star_on("Correctness (general hallucinations)", {}, 80));
    run r;
    room.sit().complete(r);
    ASSERT_TRUE(r.star);
    EXPECT_EQ(r.star->metric.name, "correctness");
    EXPECT_EQ(r.star->threshold, 80);
    EXPECT_FALSE(r.star->result);
    EXPECT_TRUE(has_note(r.mapping, note_kind::derived, "star_metric.threshold"));
}

TEST(Judge, AThresholdOfAnotherMetricIsntTheRunsStars) {
    const courtroom room(star_on("Context Adherence", 0.5));
    run r;
    r.star.emplace();
    r.star->result = number("Correctness", 90);
    room.sit().complete(r);
    EXPECT_FALSE(r.star->threshold);
    EXPECT_EQ(r.star->metric.name, "correctness");
}

TEST(Judge, AValueWithoutATypeHasTheCatalogues) {
    const courtroom room(star_on("Context Adherence", {}, 80)); // 0..1
    const auto m = room.judged(number("Context Adherence", 0.5, value_type::unknown));
    EXPECT_EQ(m.value.type, value_type::number);
    EXPECT_EQ(m.score, 0.5);
    EXPECT_EQ(m.passed, false);
    EXPECT_TRUE(has_note(m.mapping, note_kind::derived, "value.type"));
    const auto unlisted = room.judged(number("Brand New", 0.5, value_type::unknown));
    EXPECT_EQ(unlisted.value.type, value_type::unknown);
    EXPECT_FALSE(has_note(unlisted.mapping, note_kind::derived, "value.type"));
}

TEST(Judge, IsIncompleteWithoutWhatMayHoldAThreshold) {
    courtroom room{star_setting{}};
    EXPECT_FALSE(room.sit().incomplete());
    room.unread = true;
    EXPECT_TRUE(room.sit().incomplete());
    room.unread = false;
    room.catalogue = nullptr;
    EXPECT_TRUE(room.sit().incomplete());
}

} // namespace
} // namespace evalbridge::gradient
