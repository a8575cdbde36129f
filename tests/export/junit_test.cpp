// Reports that a strict XML reader takes, with counts that are those of their cases.

#include "export/junit.hpp"
#include "export/xml_text.hpp"
#include "tests/mapping/random_unified.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include <unistd.h>

namespace evalbridge {
namespace {

/// What Python's expat makes of the document: nothing where it is no XML, else a line a suite.
std::string read_by_python(const std::string& document) {
    const auto file = ::testing::TempDir() + "report-" + std::to_string(::getpid()) + ".xml";
    std::ofstream(file, std::ios::binary) << document;
    constexpr const char* program = R"(import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites", root.tag
names = ("tests", "failures", "errors", "skipped")
sums = dict.fromkeys(names, 0)
for suite in root:
    assert suite.tag == "testsuite", suite.tag
    found = {"tests": len(suite.findall("testcase"))}
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        found[name] = len(suite.findall("testcase/" + tag))
    for name in names:
        assert int(suite.get(name)) == found[name], (name, suite.attrib, found)
        sums[name] += found[name]
    for case in suite:
        assert case.tag == "testcase" and case.get("classname") == suite.get("name") and case.get("name") is not None
        assert len(case) <= 1
        float(case.get("time", "0"))
    print(ascii(suite.get("name")), *found.values(), suite.get("time"))
for name in names:
    assert int(root.get(name)) == sums[name], (name, root.attrib, sums)
)";
    const auto script = ::testing::TempDir() + "read-" + std::to_string(::getpid()) + ".py";
    std::ofstream(script) << program;
    std::string out;
    FILE* reader = ::popen(("python3 " + script + " " + file + " 2>&1").c_str(), "r");
    for (int c = std::fgetc(reader); c != EOF; c = std::fgetc(reader))
        out += static_cast<char>(c);
    EXPECT_EQ(::pclose(reader), 0) << out << document;
    return out;
}

std::string report_of(const std::vector<std::pair<std::string, std::vector<verdict>>>& suites) {
    std::string out;
    case_counts all;
    append_junit_declaration(out);
    for (const auto& suite : suites)
        for (const auto& each : suite.second)
            all.add(each);
    append_junit_suites_begin(out, "staso-prod:run 1 <&\">", all);
    for (const auto& [metric, verdicts] : suites) {
        case_counts counts;
        for (const auto& each : verdicts)
            counts.add(each);
        append_junit_suite_begin(out, metric, counts);
        for (const auto& each : verdicts)
            append_junit_case(out, each);
        append_junit_suite_end(out);
    }
    append_junit_suites_end(out);
    return out;
}

verdict about(std::string_view item, std::optional<bool> passed) {
    verdict v;
    v.id = std::string(item) + ":m";
    v.result_id = item;
    v.measured.metric.name = "faithfulness";
    v.measured.passed = passed;
    return v;
}

std::string case_of(const verdict& v) {
    std::string out;
    append_junit_case(out, v);
    return out;
}

TEST(Junit, TellsPassedFailedErroredAndUndecidedApart) {
    auto passed = about("a", true);
    passed.latency_ms = 1250;
    auto failed = about("b", false);
    failed.measured.reason = "made <it> up & more\nsecond line";
    failed.measured.score = 0.25;
    auto errored = about("c", {});
    errored.measured.error = "judge timed out";
    const auto undecided = about("d", {});
    EXPECT_EQ(case_of(passed), "    <testcase classname=\"faithfulness\" name=\"a\" time=\"1.250\"/>\n");
    EXPECT_EQ(case_of(failed), "    <testcase classname=\"faithfulness\" name=\"b\">\n"
                               "      <failure message=\"made &lt;it&gt; up &amp; more\" type=\"faithfulness\">"
                               "reason: made &lt;it&gt; up &amp; more\nsecond line\nscore: 0.25\nverdict: b:m\n"
                               "</failure>\n    </testcase>\n");
    EXPECT_NE(case_of(errored).find("<error message=\"judge timed out\""), std::string::npos);
    EXPECT_NE(case_of(undecided).find("<skipped message="), std::string::npos);
    EXPECT_EQ(read_by_python(report_of({{"faithfulness", {passed, failed, errored, undecided}}})),
              "'faithfulness' 4 1 1 1 1.250\n");
}

TEST(Junit, TakesTheFirstLineThatSaysSomethingForTheHeadline) {
    auto failed = about("a", false);
    failed.measured.reason = "\n \r\n  made it up\nand more";
    EXPECT_NE(case_of(failed).find("message=\"made it up\""), std::string::npos) << case_of(failed);
    const auto usual = about("a", false);
    failed.measured.reason = " \n";
    const auto headline = [](const std::string& text) { return text.substr(0, text.find(" type=")); };
    EXPECT_EQ(headline(case_of(failed)), headline(case_of(usual)));
}

TEST(Junit, NamesEachCaseOfAnItemApart) {
    auto second = about("prompt-1", true);
    second.id = "prompt-1:m#2";
    auto span = about("prompt-1", true);
    span.level = verdict_level::span;
    span.span = span_ref{};
    span.span->index = 3;
    span.span->name = "search";
    EXPECT_NE(case_of(second).find("name=\"prompt-1 #2\""), std::string::npos);
    EXPECT_NE(case_of(span).find("name=\"prompt-1 span 3 search\""), std::string::npos);
}

TEST(Junit, IsXmlWhateverAModelWrote) {
    std::vector<std::pair<std::string, std::vector<verdict>>> suites;
    std::string every_byte;
    for (int c = 0; c < 256; ++c)
        every_byte += static_cast<char>(c);
    for (unsigned seed = 0; seed < 200; ++seed) {
        test::random_unified any(seed);
        auto v = any.verdict();
        if (seed % 5 == 0)
            v.measured.reason = every_byte;
        if (seed % 7 == 0)
            v.measured.error = "]]> <![CDATA[ &#0; \xEF\xBF\xBE \xEF\xBF\xBF <!-- -- -->";
        v.measured.metric.name = "metric-" + std::to_string(seed % 11) + every_byte;
        const auto name = std::string(std::string_view(v.measured.metric.name));
        const auto at = std::find_if(suites.begin(), suites.end(), [&](const auto& s) { return s.first == name; });
        if (at == suites.end())
            suites.emplace_back(name, std::vector<verdict>{v});
        else
            at->second.push_back(v);
    }
    const auto told = read_by_python(report_of(suites));
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 11) << told;
}

TEST(Junit, OfARunThatFoundNothingIsADocumentToo) { EXPECT_EQ(read_by_python(report_of({})), ""); }

TEST(XmlText, WritesACommentThatEndsWhereItShould) {
    std::string out;
    append_xml_comment(out, "a -- b --> c <d>");
    EXPECT_EQ(out, "<!-- a - - b - -&gt; c &lt;d&gt; -->\n");
}

} // namespace
} // namespace evalbridge
