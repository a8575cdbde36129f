#include "config/suites.hpp"

#include "tests/config/parsed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::config {
namespace {

using evalbridge::testing::parse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view providers[] = {"gradient-prod", "staso-prod"};

result<void> takes_all(const run_spec&) { return {}; }

struct outcome {
    suite_map suites;
    std::vector<std::string> faults;
};

outcome read(std::string text, const spec_check& check = takes_all) {
    const auto document = parse(std::move(text));
    outcome out;
    out.suites = read_suites(document.root(), providers, check);
    out.faults = testing::lines(document);
    return out;
}

const std::string whole = R"(suites:
  checkout-nightly:
    description: Every night
    route: {primary: staso-prod, shadow: [gradient-prod]}
    on:
      staso-prod:
        name: nightly
        scope: {agent_id: checkout-agent, sample_pct: 20}
        metrics: [task_completion_rate, {id: "7"}]
        labels: {team: checkout}
        provider_options: {staso: {body: {deep: [1, 2.5, true, "3", ~]}}}
      gradient-prod:
        scope: {test_case_id: t1, agents: [a1, a2]}
)";

TEST(Suites, AreReadAsSpecsOfTheirProviders) {
    const auto found = read(whole);
    ASSERT_THAT(found.faults, IsEmpty());
    ASSERT_EQ(found.suites.size(), 1u);
    const auto& nightly = found.suites.at("checkout-nightly");
    EXPECT_EQ(nightly.name, "checkout-nightly");
    EXPECT_EQ(nightly.description, "Every night");
    EXPECT_EQ(nightly.primary, "staso-prod");
    EXPECT_THAT(nightly.shadows, ElementsAre("gradient-prod"));
    ASSERT_EQ(nightly.on.size(), 2u);
    const auto& staso = nightly.on.at("staso-prod");
    EXPECT_EQ(staso.provider, "staso-prod");
    EXPECT_EQ(staso.suite, "checkout-nightly");
    EXPECT_EQ(staso.name, "nightly");
    EXPECT_EQ(std::get<agent_scope>(staso.scope).sample_pct, 20);
    ASSERT_EQ(staso.metrics.size(), 2u);
    EXPECT_EQ(staso.metrics[1].kind, metric_selector::by::id);
    EXPECT_EQ(staso.metrics[1].text, "7");
    EXPECT_EQ(staso.labels.at("team"), "checkout");
    const auto& deep = staso.provider_options.at("staso").at("body").at("deep").as_array();
    ASSERT_EQ(deep.size(), 5u);
    EXPECT_EQ(deep[0], 1);
    EXPECT_EQ(deep[1], 2.5);
    EXPECT_EQ(deep[2], true);
    EXPECT_EQ(deep[3], "3");
    EXPECT_EQ(deep[4], nullptr);
    EXPECT_THAT(std::get<test_case_scope>(nightly.on.at("gradient-prod").scope).agents, ElementsAre("a1", "a2"));
}

TEST(Suites, NeedNotBeThere) {
    EXPECT_TRUE(read("{}").suites.empty());
    EXPECT_THAT(read("{}").faults, IsEmpty());
    EXPECT_THAT(read("suites: {}").faults, IsEmpty());
}

TEST(Suites, MoveByOneLine) {
    auto text = whole;
    const std::string before = "{primary: staso-prod, shadow: [gradient-prod]}";
    text.replace(text.find(before), before.size(), "{primary: gradient-prod}");
    const auto found = read(text);
    ASSERT_THAT(found.faults, IsEmpty());
    EXPECT_EQ(found.suites.at("checkout-nightly").primary, "gradient-prod");
    EXPECT_TRUE(found.suites.at("checkout-nightly").shadows.empty());
}

std::string with_block(const std::string& block) {
    return "suites:\n  s:\n    route: {primary: staso-prod}\n    on:\n      staso-prod: " + block + "\n";
}
std::string with_route(const std::string& route) {
    return "suites:\n  s:\n    route: " + route +
           "\n    on:\n      staso-prod: {scope: {trace_id: t}}\n      gradient-prod: {scope: {trace_id: t}}\n";
}

TEST(Suites, TellEachFaultWithItsLine) {
    struct {
        std::string text;
        std::string told;
    } const rows[] = {
        {with_block("{scope: {agent_id: a, sample_pct: 0}}"),
         "c.yaml:5:53: suites.s.on.staso-prod.scope.sample_pct: must be an integer from 1 to 100"},
        {with_block("{metrics: [m]}"), "suites.s.on.staso-prod.scope: is required"},
        {with_block("{scope: {trace_id: t}, metrics: [m, 7]}"), "suites.s.on.staso-prod.metrics[1]: must be"},
        {with_block("{scope: {trace_id: t}, colour: red}"), "suites.s.on.staso-prod.colour: unknown member"},
        {with_block("{scope: {trace_id: t}, provider: staso-prod}"),
         "staso-prod.provider: the block's own key says it"},
        {with_block("{scope: {trace_id: t}, labels: {a: ~}}"), "suites.s.on.staso-prod.labels.a: must be a string"},
        {with_block("[1]"), "suites.s.on.staso-prod: expected a mapping"},
        {with_block("~"), "suites.s.on.staso-prod: expected a mapping"},
        {with_route("{primary: staso-prd}"), "suites.s.route.primary: no such provider; did you mean `staso-prod`?"},
        {with_route("{shadow: [gradient-prod]}"), "suites.s.route: the key `primary` is missing"},
        {with_route("{primary: staso-prod, shadow: [staso-prod]}"), "suites.s.route.shadow[0]: is the primary already"},
        {with_route("{primary: staso-prod, shadow: [gradient-prod, gradient-prod]}"),
         "route.shadow[1]: is given twice"},
        {with_route("{primary: staso-prod, shadow: [nobody]}"), "suites.s.route.shadow[0]: no such provider"},
        {with_route("{primary: staso-prod, shadows: []}"), "shadows"},
        {"suites:\n  s:\n    route: {primary: gradient-prod}\n    on: {staso-prod: {scope: {trace_id: t}}}\n",
         "c.yaml:3:22: suites.s.route.primary: the suite has no block for this provider under `on`"},
        {"suites:\n  s:\n    route: {primary: staso-prod}\n    on: {}\n", "expected a block for at least one provider"},
        {"suites:\n  s:\n    on: {staso-prod: {scope: {trace_id: t}}}\n", "the key `route` is missing"},
        {"suites:\n  s:\n    route: {primary: staso-prod}\n", "the key `on` is missing"},
        {"suites:\n  Big Suite:\n    route: {primary: staso-prod}\n    on: {staso-prod: {scope: {trace_id: t}}}\n",
         "a suite's name is of a-z"},
    };
    for (const auto& row : rows) {
        const auto found = read(row.text);
        ASSERT_EQ(found.faults.size(), 1u) << row.text << ::testing::PrintToString(found.faults);
        EXPECT_THAT(found.faults[0], HasSubstr(row.told)) << row.text;
    }
}

TEST(Suites, TellEveryFaultAtOnce) {
    const auto found = read("suites:\n  s:\n    route: {primary: x, shadow: [x]}\n    on:\n      nobody: {a: 1}\n"
                            "      staso-prod: {scope: {trace_id: t, session_id: s}, name: 7}\n");
    EXPECT_EQ(found.faults.size(), 6u) << ::testing::PrintToString(found.faults);
}

TEST(Suites, AreJudgedAsTheirProviderWould) {
    const auto refuse = [](const run_spec& spec) -> result<void> {
        if (spec.provider == "staso-prod")
            return {};
        return error(errc::unsupported).fault("/scope/agents/1", "no such agent").fault("/metrics", "are fixed");
    };
    const auto found = read(whole, refuse);
    ASSERT_EQ(found.faults.size(), 2u);
    EXPECT_THAT(found.faults[0] + found.faults[1], HasSubstr("gradient-prod.scope.agents[1]: no such agent"));
    EXPECT_THAT(found.faults[0] + found.faults[1], HasSubstr("gradient-prod.metrics: are fixed"));
}

} // namespace
} // namespace evalbridge::config
