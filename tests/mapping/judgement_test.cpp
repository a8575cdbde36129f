#include "mapping/judgement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace evalbridge {
namespace {

constexpr auto higher = score_direction::higher_is_better;
constexpr auto lower = score_direction::lower_is_better;
constexpr auto no_direction = score_direction::unknown;
constexpr auto infinity = std::numeric_limits<double>::infinity();

metric_value number(double n, value_type type = value_type::number) { return {type, n, {}}; }
metric_value text(std::string t, value_type type = value_type::text) { return {type, {}, std::move(t)}; }

metric_traits bound(double value, score_direction direction) {
    metric_traits traits;
    traits.direction = direction;
    traits.threshold = metric_threshold{value, {}};
    return traits;
}

metric_traits passing(std::vector<std::string> texts) {
    metric_traits traits;
    traits.threshold = metric_threshold{{}, std::move(texts)};
    return traits;
}

metric_traits ranged(double min, double max) {
    metric_traits traits;
    traits.range = score_range{min, max};
    return traits;
}

void expect_undecided(const decision& d) {
    EXPECT_EQ(d.passed, std::nullopt);
    EXPECT_EQ(d.source, passed_source::none);
    EXPECT_EQ(d.note, "");
}

void expect_decided(const decision& d, bool passed, std::string_view note) {
    EXPECT_EQ(d.passed, passed);
    EXPECT_EQ(d.source, passed_source::threshold);
    EXPECT_EQ(d.note, note);
}

TEST(DecidePassed, ABoundIsInclusiveInBothDirections) {
    struct {
        double value;
        score_direction direction;
        bool passed;
    } const cases[] = {
        {0.9, higher, true}, {0.8, higher, true}, {0.7, higher, false},
        {0.9, lower, false}, {0.8, lower, true},  {0.7, lower, true},
    };
    for (const auto& c : cases)
        expect_decided(decide_passed(number(c.value), bound(0.8, c.direction), nullptr), c.passed,
                       "configured threshold");
}

TEST(DecidePassed, AThresholdThatTravelledAsA32BitFloatIsReachedByItsDecimal) {
    constexpr double travelled = 0.800000011920929; // what 0.8 becomes as a float
    for (const auto direction : {higher, lower}) {
        EXPECT_EQ(decide_passed(number(0.8), bound(travelled, direction), nullptr).passed, true);
        EXPECT_EQ(decide_passed(number(travelled), bound(0.8, direction), nullptr).passed, true);
        const star_threshold star{travelled, direction == lower, false};
        EXPECT_EQ(decide_passed(number(0.8), {}, &star).passed, true);
    }
}

TEST(DecidePassed, NumbersBeyondA32BitFloatAreStillCompared) {
    EXPECT_EQ(decide_passed(number(1e200), bound(1e300, higher), nullptr).passed, false);
    EXPECT_EQ(decide_passed(number(1e300), bound(1e200, higher), nullptr).passed, true);
    EXPECT_EQ(decide_passed(number(-1e300), bound(0.5, higher), nullptr).passed, false);
}

TEST(DecidePassed, ABoundOfAMetricWithoutDirectionIsNeverGuessed) {
    expect_undecided(decide_passed(number(0.9), bound(0.8, no_direction), nullptr));
}

TEST(DecidePassed, TextsThatPassAreComparedWithoutRegardToCase) {
    const auto traits = passing({"Pass", "ok"});
    expect_decided(decide_passed(text("PASS"), traits, nullptr), true, "configured threshold");
    expect_decided(decide_passed(text("ok"), traits, nullptr), true, "configured threshold");
    expect_decided(decide_passed(text("passed"), traits, nullptr), false, "configured threshold");
    expect_decided(decide_passed(text(""), traits, nullptr), false, "configured threshold");
}

TEST(DecidePassed, CaseIsFoldedForAsciiLettersAlone) {
    EXPECT_EQ(decide_passed(text("\xc3\x84"), passing({"\xc3\xa4"}), nullptr).passed, false); // Ä against ä
    EXPECT_EQ(decide_passed(text("["), passing({"{"}), nullptr).passed, false);
    EXPECT_EQ(decide_passed(text("@"), passing({"`"}), nullptr).passed, false);
}

TEST(DecidePassed, ABooleanIsItsText) {
    const auto traits = passing({"true"});
    EXPECT_EQ(decide_passed(text("true", value_type::boolean), traits, nullptr).passed, true);
    EXPECT_EQ(decide_passed(text("false", value_type::boolean), traits, nullptr).passed, false);
    expect_undecided(decide_passed(text("true", value_type::boolean), bound(1, higher), nullptr));
}

TEST(DecidePassed, AValueOfTheWrongSortDecidesNothing) {
    expect_undecided(decide_passed(text("0.9"), bound(0.8, higher), nullptr));
    expect_undecided(decide_passed(number(0.9), passing({"0.9"}), nullptr));
    expect_undecided(decide_passed({}, bound(0.8, higher), nullptr));
    expect_undecided(decide_passed({}, passing({"pass"}), nullptr));
    const star_threshold star{0.8, false, false};
    expect_undecided(decide_passed(text("good"), {}, &star));
    expect_undecided(decide_passed({}, {}, &star));
}

TEST(DecidePassed, AZeroThatStandsBesideATextIsNoNumber) {
    const metric_value value{value_type::text, 0.0, "good"};
    expect_undecided(decide_passed(value, bound(0, lower), nullptr));
    const star_threshold star{0.0, true, false};
    expect_undecided(decide_passed(value, {}, &star));
    EXPECT_EQ(decide_passed(value, passing({"good"}), nullptr).passed, true);
}

TEST(DecidePassed, ATextBesideANumberIsNotAskedWhenTheTypeSaysNumber) {
    const metric_value value{value_type::number, 0.9, "0.9"};
    expect_undecided(decide_passed(value, passing({"pass"}), nullptr));
    auto both = bound(0.8, higher);
    both.threshold->passing_texts = {"pass"};
    EXPECT_EQ(decide_passed(value, both, nullptr).passed, true);
}

TEST(DecidePassed, AValueOfUnknownTypeIsJudgedByWhatItHas) {
    EXPECT_EQ(decide_passed(number(0.9, value_type::unknown), bound(0.8, higher), nullptr).passed, true);
    EXPECT_EQ(decide_passed(text("pass", value_type::unknown), passing({"pass"}), nullptr).passed, true);
    const metric_value both{value_type::unknown, 0.9, "fail"};
    EXPECT_EQ(decide_passed(both, passing({"pass"}), nullptr).passed, false);
    EXPECT_EQ(decide_passed(both, bound(0.8, higher), nullptr).passed, true);
}

TEST(DecidePassed, WhatIsNotFiniteDecidesNothing) {
    for (const double odd : {std::nan(""), infinity, -infinity}) {
        expect_undecided(decide_passed(number(odd), bound(0.8, higher), nullptr));
        expect_undecided(decide_passed(number(0.9), bound(odd, higher), nullptr));
        const star_threshold star{0.8, false, false};
        expect_undecided(decide_passed(number(odd), {}, &star));
    }
}

TEST(DecidePassed, TheStarMetricsThresholdDecidesWhereNoneIsConfigured) {
    const star_threshold upright{0.8, false, false};
    const star_threshold inverted{0.8, true, false};
    expect_decided(decide_passed(number(0.8), {}, &upright), true, "star metric threshold");
    expect_decided(decide_passed(number(0.7), {}, &upright), false, "star metric threshold");
    expect_decided(decide_passed(number(0.8), {}, &inverted), true, "star metric threshold");
    expect_decided(decide_passed(number(0.9), {}, &inverted), false, "star metric threshold");
}

TEST(DecidePassed, ADerivedStarThresholdSaysSo) {
    const star_threshold star{0.8, false, true};
    expect_decided(decide_passed(number(0.9), {}, &star), true,
                   "star metric threshold derived from a legacy percentage");
}

TEST(DecidePassed, TheConfiguredThresholdWinsOverTheStarMetrics) {
    const star_threshold star{0.5, false, false};
    expect_decided(decide_passed(number(0.6), bound(0.8, higher), &star), false, "configured threshold");
}

TEST(DecidePassed, AConfiguredThresholdThatDecidesNothingIsNotOverruledByTheStarMetrics) {
    const star_threshold star{0.5, false, false};
    expect_undecided(decide_passed(number(0.6), bound(0.8, no_direction), &star));
    expect_undecided(decide_passed(number(0.6), passing({"pass"}), &star));
}

TEST(DecidePassed, AnEmptyConfiguredThresholdIsNone) {
    metric_traits traits;
    traits.threshold.emplace();
    const star_threshold star{0.5, false, false};
    expect_decided(decide_passed(number(0.6), traits, &star), true, "star metric threshold");
}

TEST(DecidePassed, NothingDecidesWhereNothingIsKnown) {
    const star_threshold empty;
    expect_undecided(decide_passed(number(0.9), {}, nullptr));
    expect_undecided(decide_passed(text("true", value_type::boolean), {}, nullptr));
    expect_undecided(decide_passed(number(0.9), {}, &empty));
}

TEST(RescaleScore, MapsAKnownRangeOntoTheUnitScale) {
    struct {
        double value, min, max, score;
    } const cases[] = {
        {3, 1, 5, 0.5}, {1, 1, 5, 0}, {5, 1, 5, 1}, {0, -1, 1, 0.5}, {85, 0, 100, 0.85}, {0.5, 0, 2, 0.25},
    };
    for (const auto& c : cases) {
        const auto r = rescale_score(number(c.value), ranged(c.min, c.max));
        EXPECT_DOUBLE_EQ(r.score.value(), c.score);
        EXPECT_EQ(r.note, "rescaled from the metric's range");
        EXPECT_EQ(r.note_as, note_kind::derived);
    }
}

TEST(RescaleScore, NeedsNoNoteWhereTheRangeIsTheUnitScale) {
    const auto r = rescale_score(number(0.3), ranged(0, 1));
    EXPECT_EQ(r.score, 0.3);
    EXPECT_EQ(r.note, "");
}

TEST(RescaleScore, ClampsNothing) {
    EXPECT_EQ(rescale_score(number(9), ranged(1, 5)).score, 2.0);
    EXPECT_EQ(rescale_score(number(-3), ranged(1, 5)).score, -1.0);
    EXPECT_EQ(rescale_score(number(1.5), ranged(0, 1)).score, 1.5);
}

TEST(RescaleScore, DoesNotInvertWhereLowerIsBetter) {
    auto traits = ranged(0, 10);
    traits.direction = lower;
    EXPECT_EQ(rescale_score(number(2), traits).score, 0.2);
}

TEST(RescaleScore, LeavesWhatHasNoUsableRangeAndSaysSo) {
    const metric_traits none;
    for (const auto& traits :
         {none, ranged(1, 1), ranged(5, 1), ranged(0, infinity), ranged(std::nan(""), 1), ranged(-1.7e308, 1.7e308)}) {
        const auto r = rescale_score(number(7), traits);
        EXPECT_EQ(r.score, 7);
        EXPECT_EQ(r.note, "the vendor's scale is not known: as given");
        EXPECT_EQ(r.note_as, note_kind::defaulted);
    }
    EXPECT_EQ(rescale_score(number(1e308), ranged(0, 1e-300)).score, 1e308);
}

TEST(RescaleScore, AssumesNoScaleForAPercentage) {
    EXPECT_EQ(rescale_score(number(85, value_type::percentage), {}).score, 85);
    EXPECT_EQ(rescale_score(number(0.85, value_type::percentage), {}).score, 0.85);
}

TEST(RescaleScore, HasNoneForWhatIsNotANumber) {
    const metric_value zero_beside_text{value_type::text, 0.0, "good"};
    for (const auto& value : {metric_value{}, text("0.5"), text("true", value_type::boolean), zero_beside_text,
                              number(std::nan("")), number(infinity)}) {
        const auto r = rescale_score(value, ranged(0, 10));
        EXPECT_EQ(r.score, std::nullopt);
        EXPECT_EQ(r.note, "");
    }
}

TEST(MergeTraits, TakesTheDictionarysAndFillsUpFromTheCatalogue) {
    metric_traits dictionary = bound(0.7, higher);
    dictionary.unit = "ratio";
    metric_traits catalogue = ranged(1, 5);
    catalogue.direction = lower;
    catalogue.unit = "points";
    const auto merged = merge_traits(&dictionary, &catalogue);
    EXPECT_EQ(merged.direction, higher);
    EXPECT_EQ(merged.unit, "ratio");
    EXPECT_EQ(merged.threshold->value, 0.7);
    EXPECT_EQ(merged.range->min, 1);
    EXPECT_EQ(merged.range->max, 5);
}

TEST(MergeTraits, TakesADirectionThatTheDictionaryLeavesOpen) {
    const metric_traits dictionary;
    const auto catalogue = bound(0.5, lower);
    EXPECT_EQ(merge_traits(&dictionary, &catalogue).direction, lower);
}

TEST(MergeTraits, NeverTakesTheCataloguesThresholdForAConfiguredOne) {
    const auto catalogue = bound(0.5, lower);
    EXPECT_FALSE(merge_traits(nullptr, &catalogue).threshold);
}

TEST(MergeTraits, WorksWithEitherOrNone) {
    auto one = ranged(1, 5);
    one.unit = "points";
    EXPECT_EQ(merge_traits(&one, nullptr).unit, "points");
    EXPECT_EQ(merge_traits(nullptr, &one).range->max, 5);
    const auto none = merge_traits(nullptr, nullptr);
    EXPECT_EQ(none.direction, no_direction);
    EXPECT_FALSE(none.range || none.threshold || none.unit);
}

} // namespace
} // namespace evalbridge
