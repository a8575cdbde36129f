// A random run says the same read live in whatever windows, exported as one stream, archived, and by the oracle: the
// first three byte for byte, the oracle by value.

#include "tests/oracle/answers/gateway_under_test.hpp"
#include "tests/oracle/choices.hpp"
#include "tests/oracle/random_runs.hpp"

#include "base/percent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace evalbridge::oracle {
namespace {

/// The elements of a page's `data`, each with its own bytes.
std::vector<std::string> elements_of(const std::string& page) {
    std::vector<std::string> out;
    const std::string begin = R"({"data":[)";
    EXPECT_TRUE(page.starts_with(begin)) << page.substr(0, 200);
    int depth = 0;
    bool in_text = false;
    auto from = begin.size();
    for (auto at = from; at < page.size(); ++at) {
        const char c = page[at];
        if (in_text) {
            at += c == '\\' ? 1 : 0;
            in_text = c != '"';
            continue;
        }
        in_text = c == '"';
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        const bool ends = depth < 0;
        if (ends || (depth == 0 && c == ',')) {
            if (at > from)
                out.push_back(page.substr(from, at - from));
            from = at + 1;
        }
        if (ends)
            return out;
    }
    ADD_FAILURE() << "a page without an end";
    return out;
}

/// What is exported where these are listed: a line each. Raw JSON has the vendor's line breaks in the list, between
/// tokens, and spaces in their place in a line.
std::string as_lines(const std::vector<std::string>& listed) {
    std::string out;
    for (auto each : listed) {
        std::ranges::replace(each, '\n', ' ');
        std::ranges::replace(each, '\r', ' ');
        out += each + '\n';
    }
    return out;
}

/// Sums are rounded in another order there than here.
void take_over_means(json::value& expected, const json::value& written) {
    for (const auto* member : {"average_score", "average_latency_ms"}) {
        auto& mean = expected.at(member);
        const told other(&written.at(member));
        if (!mean.is_double() || !other.is_number())
            continue;
        const auto value = other.maybe_number().value();
        if (std::abs(value - mean.as_double()) <= 1e-12 * std::max(1.0, std::abs(value)))
            mean = value;
    }
}

std::string summary_difference(json::value expected, const std::string& text) {
    const auto written = parse(text);
    if (!written)
        return "no JSON";
    take_over_means(expected, written->root);
    const auto* listed = written->root.as_object().if_contains("metrics");
    auto& metrics = expected.at("metrics").as_array();
    for (std::size_t i = 0; listed && i < metrics.size() && i < listed->as_array().size(); ++i)
        take_over_means(metrics[i], listed->as_array()[i]);
    return difference(expected, written->root);
}

/// One way to read a list, and which of the run's verdicts or results it has.
struct list_read {
    std::string name;  ///< "verdicts" or "results"
    std::string query; ///< without a window; begins with '&'
    std::vector<json::value> expected;
};

bool is_level(const json::value& verdict, const std::string& level) {
    return level == "all" || verdict.at("level").as_string() == level;
}

std::vector<json::value> chosen(const std::vector<json::value>& verdicts, const std::string& level,
                                const std::string& passed, const std::string& metric) {
    std::vector<json::value> out;
    for (const auto& each : verdicts) {
        const auto& decided = each.at("passed");
        const bool as_decided =
            passed.empty() ||
            (passed == "null" ? decided.is_null() : decided.is_bool() && decided.as_bool() == (passed == "true"));
        const auto& of = each.at("metric");
        const auto is = [&](const char* member) {
            return of.at(member).is_string() && folded(of.at(member).as_string()) == folded(metric);
        };
        const bool of_metric = metric.empty() || is("name") || is("native_name") ||
                               (of.at("native_id").is_string() && of.at("native_id").as_string() == metric);
        if (is_level(each, level) && as_decided && of_metric)
            out.push_back(each);
    }
    return out;
}

struct run_read {
    gateway_under_test::provider* from;
    std::string run_id;
    std::string include_raw;
    expected_run expected;
    std::uint64_t seed;
    std::map<std::string, std::vector<std::string>> lists; ///< as they were read first
    std::map<std::string, std::string> answers;
};

std::vector<list_read> lists_of(const run_read& of, choices& from) {
    std::vector<list_read> out;
    const std::string raw = of.include_raw.empty() ? "" : "&include=raw";
    out.push_back({"verdicts", raw, chosen(of.expected.verdicts, "item", "", "")});
    const std::string level(of.from->has_content ? from.of({"item", "all", "span"}) : from.of({"item", "all"}));
    const std::string passed(from.of({"true", "false", "null", ""}));
    const std::string metric(from.of({"", "", "ranged", "b2", "RULE1"}));
    auto query = "&level=" + level + raw;
    if (!passed.empty())
        query += "&passed=" + passed;
    if (!metric.empty())
        query += "&metric=" + metric;
    out.push_back({"verdicts", query, chosen(of.expected.verdicts, level, passed, metric)});
    const std::string include = of.from->has_content ? raw.empty() ? "&include=spans" : "&include=raw,spans" : raw;
    out.push_back({"results", include, of.expected.results});
    return out;
}

/// The whole list in windows of one size, by whichever style.
std::vector<std::string> walked(gateway_under_test& gateway, const run_read& of, const list_read& list, choices& from) {
    const auto limit = from.one_in(4) ? 1000 : from.below(12) + 1;
    const auto style = from.below(3);
    const auto at = path_of(of.run_id) + "/" + list.name;
    std::vector<std::string> out;
    std::string cursor;
    for (std::size_t turn = 0; turn < 2000; ++turn) {
        auto target = at;
        if (style == 0)
            target += "?limit=" + std::to_string(limit) + "&offset=" + std::to_string(turn * limit) + list.query;
        else if (style == 1)
            target += "?page=" + std::to_string(turn + 1) + "&per_page=" + std::to_string(limit) + list.query;
        else if (turn == 0)
            target += "?limit=" + std::to_string(limit) + list.query;
        else
            target += "?cursor=" + cursor;
        const auto body = gateway.get(target);
        for (auto& each : elements_of(body))
            out.push_back(std::move(each));
        const auto page = parse(body);
        if (!page || !page->root.at("page").at("has_more").as_bool())
            return out;
        cursor = page->root.at("page").at("next_cursor").as_string().c_str();
    }
    ADD_FAILURE() << "a walk without an end: " << at << list.query;
    return out;
}

void expect_as_the_oracle(const std::vector<json::value>& expected, const std::vector<std::string>& read,
                          const std::string& what) {
    ASSERT_EQ(read.size(), expected.size()) << what;
    for (std::size_t i = 0; i < read.size(); ++i)
        ASSERT_EQ(difference_of_text(expected[i], read[i]), "") << what << " " << i << "\n" << read[i];
}

/// Reads everything; the first time it is held to the oracle, then to the first time.
void read_all(gateway_under_test& gateway, run_read& of, const std::string& how) {
    const bool first = of.answers.empty();
    choices same(of.seed);
    const auto lists = lists_of(of, same);
    choices windows(of.seed + (first ? 1 : 2));
    const auto at = path_of(of.run_id);
    for (const auto& target : {at + of.include_raw, at + "/summary" + of.include_raw}) {
        const auto body = gateway.get(target);
        if (first)
            of.answers[target] = body;
        ASSERT_EQ(body, of.answers[target]) << how << target;
    }
    if (first) {
        ASSERT_EQ(difference_of_text(of.expected.run, of.answers[at + of.include_raw]), "") << of.run_id;
        auto summary = of.expected.summary;
        ASSERT_EQ(summary_difference(summary, of.answers[at + "/summary" + of.include_raw]), "") << of.run_id;
    }
    for (const auto& list : lists) {
        const auto what = how + at + "/" + list.name + list.query;
        const auto read = walked(gateway, of, list, windows);
        if (first) {
            expect_as_the_oracle(list.expected, read, what);
            of.lists[list.name + list.query] = read;
        }
        ASSERT_EQ(read, of.lists[list.name + list.query]) << what;
        if (list.name == "verdicts") {
            ASSERT_EQ(gateway.get(at + "/export?format=ndjson" + list.query), as_lines(read)) << "exported " << what;
        }
    }
}

/// One run of each vendor from each number.
void try_runs(gateway_under_test& gateway, unsigned begin, unsigned end) {
    std::vector<run_read> runs;
    std::vector<std::string> ids;
    for (auto number = begin; number < end; ++number) {
        auto& from = gateway.providers()[number % gateway.providers().size()];
        const bool raw = number % 3 == 0;
        run_read each{
            &from, from.name + ":" + from.vendor->native_id(number), raw ? "?include=raw" : "", {}, number, {}, {}};
        each.expected = from.vendor->expected(number, from.name, raw);
        ids.push_back(each.run_id);
        runs.push_back(std::move(each));
    }
    for (auto& each : runs) {
        read_all(gateway, each, "live ");
        if (::testing::Test::HasFatalFailure())
            return;
    }
    gateway.archive(ids);
    unsigned asked = 0;
    for (const auto& each : gateway.providers())
        asked += each.server->asked();
    for (auto& each : runs) {
        read_all(gateway, each, "archived ");
        if (::testing::Test::HasFatalFailure())
            return;
    }
    for (const auto& each : gateway.providers())
        asked -= each.server->asked();
    EXPECT_EQ(asked, 0u) << "an archived run was read from its vendor";
}

TEST(RandomRuns, SayTheSameLiveArchivedStreamedAndByTheOracle) {
    constexpr unsigned a_batch = 40;
    const auto runs = runs_to_try(8);
    const char* start = std::getenv("EVALBRIDGE_RANDOM_START");
    const auto begin = start ? static_cast<unsigned>(std::strtoul(start, nullptr, 10)) : 0;
    gateway_under_test gateway;
    for (unsigned done = 0; done < runs && !HasFatalFailure(); done += a_batch) {
        try_runs(gateway, begin + done, begin + std::min(runs, done + a_batch));
        if (done % 1000 == 960)
            std::printf("%u runs\n", done + a_batch), std::fflush(stdout);
    }
}

} // namespace
} // namespace evalbridge::oracle
