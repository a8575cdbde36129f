// What a comparison looks like, and when a gate on regressions passes.

#include "cli/show_comparison.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace evalbridge::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

boost::json::value json(std::string text) {
    for (auto& c : text)
        c = c == '\'' ? '"' : c;
    return boost::json::parse(text);
}

std::string metric(const std::string& name, const std::string& conclusion, double estimate, double p) {
    return "{'name':'" + name +
           "','a':{'pass_rate':0.9},'b':{'pass_rate':0.8},'paired':{'decided':100,'regressions':12,"
           "'improvements':2},'agreement':{'raw':0.86,'cohens_kappa':0.5},'difference':{'estimate':" +
           std::to_string(estimate) +
           ",'lower':-0.18,'upper':-0.021},'mcnemar':{'p':0.001,'p_adjusted':" + std::to_string(p) +
           "},'threshold_equivalence':{'pairs':100,'threshold':0.62,'passes_if':'at_least',"
           "'agreement':0.91,'separates':true},'conclusion':'" +
           conclusion + "'}";
}

boost::json::value comparison(const std::string& metrics, const std::string& more = {}) {
    return json("{'a':{'id':'p:1','status':'completed','outcome':'passed'},'b':{'id':'q:2','status':'completed'},"
                "'complete':true,'join':'input','coverage':{'items':{'both':100,'only_a':3,'only_b':0},"
                "'verdicts':{'pairs':100,'ambiguous_a':2,'ambiguous_b':1},'without_key':{'a':0,'b':0}},"
                "'not_measured':[]" +
                more + ",'metrics':[" + metrics + "]}");
}

std::string shown(const boost::json::value& what) {
    std::ostringstream out, err;
    show_comparison(console{out, err}, what);
    return out.str();
}

TEST(ShowComparison, HasARowForEachMetric) {
    const auto text = shown(comparison(metric("tone", "regressed", -0.1, 0.0131)));
    EXPECT_THAT(text, HasSubstr("A  p:1  completed, passed\nB  q:2  completed\n"));
    EXPECT_THAT(text,
                HasSubstr("100 items in both runs by their inputs, 3 only in A, 0 only in B; 100 pairs of verdicts"));
    EXPECT_THAT(text, HasSubstr("3 verdicts not paired"));
    for (const auto* part :
         {"tone", "90.0%", "80.0%", "-10.0", "-18.0 to -2.1", "0.0131", "12", "86.0%", "0.5", "regressed"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, HasSubstr("tone: B's score at least 0.62 says what A says of 91.0% of 100 pairs"));
}

TEST(ShowComparison, SaysWhatIsMissingInPlaceOfNumbers) {
    const auto text = shown(comparison("{'name':'tone','a':{'pass_rate':null},'b':null,'paired':{'decided':0},"
                                       "'conclusion':'insufficient_data'},{'name':'safety','a':{'pass_rate':1},"
                                       "'b':{'pass_rate':1},'paired':{'decided':1},'conclusion':'insufficient_data'}"));
    EXPECT_THAT(text, HasSubstr("not measured"));
    EXPECT_THAT(text, HasSubstr("too little data, 1 pair\n"));
    EXPECT_THAT(text, Not(HasSubstr("null")));
    EXPECT_THAT(shown(json("{}")), Not(HasSubstr("null"))) << "a newer gateway may say anything";
}

TEST(ShowFlips, TellsBothReasonsWithoutWhatATerminalObeys) {
    std::ostringstream out, err;
    show_flips(console{out, err},
               {json("{'key':{'trace_id':'t1'},'metric':'tone','change':'regression',"
                     "'a':{'score':0.9,'reason':'kind'},'b':{'score':0.25,'reason':'ru\\u001bde\\nto all'}}")});
    EXPECT_THAT(out.str(), HasSubstr("lost"));
    EXPECT_THAT(out.str(), HasSubstr("0.9: kind"));
    EXPECT_THAT(out.str(), HasSubstr("to all"));
    EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(RegressionGate, PassesOnEvidenceAlone) {
    const auto same = metric("tone", "no_significant_change", -0.01, 0.8);
    EXPECT_THAT(regressions_of(comparison(same)), IsEmpty());
    EXPECT_THAT(regressions_of(comparison(metric("tone", "improved", 0.1, 0.01))), IsEmpty());
    EXPECT_THAT(regressions_of(comparison(same + "," + metric("safety", "regressed", -0.1, 0.0131))),
                ElementsAre("safety changed by -10.0 points, p 0.0131"));
    EXPECT_THAT(regressions_of(comparison("")), ElementsAre(HasSubstr("no metric has enough pairs")));
    auto going_on = comparison(same);
    going_on.as_object()["complete"] = false;
    EXPECT_THAT(regressions_of(going_on), ElementsAre(HasSubstr("goes on")));
    auto absent = comparison(same);
    absent.as_object()["not_measured"] = boost::json::array{"safety"};
    EXPECT_THAT(regressions_of(absent), ElementsAre("neither run measures safety"));
}

} // namespace
} // namespace evalbridge::cli
