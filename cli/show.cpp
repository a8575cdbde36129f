#include "cli/show.hpp"

#include "cli/table.hpp"
#include "cli/teller.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace {

constexpr std::string_view nothing = "-";

std::string or_nothing(const std::optional<double>& number, std::string (*format)(double)) {
    return number ? format(*number) : std::string(nothing);
}

std::string milliseconds(double ms) { return short_number(ms) + " ms"; }

std::vector<cell> row_of(const counts_view& c, const std::string& name) {
    return {{name},
            {with_separators(c.total)},
            {with_separators(c.passed), c.passed > 0 ? tint::good : tint::none},
            {with_separators(c.failed), c.failed > 0 ? tint::bad : tint::none},
            {with_separators(c.undecided)},
            {with_separators(c.errored), c.errored > 0 ? tint::bad : tint::none},
            {or_nothing(c.pass_rate, percentage)},
            {or_nothing(c.average_score, short_number)},
            {or_nothing(c.average_latency_ms, milliseconds)}};
}

cell passed_cell(const verdict_view& v) {
    if (v.error)
        return {"error", tint::bad};
    if (!v.passed)
        return {std::string(nothing), tint::faint};
    return *v.passed ? cell{"passed", tint::good} : cell{"failed", tint::bad};
}

cell outcome_cell(const run_view& r) {
    if (!r.outcome)
        return {std::string(nothing), tint::faint};
    return {*r.outcome, *r.outcome == "passed" ? tint::good : tint::bad};
}

std::string count_of(std::size_t shown, const page_view& last, const std::string& which) {
    const auto count = with_separators(static_cast<long long>(shown));
    if (shown == 0)
        return "No" + which + ".";
    if (!last.next_cursor)
        return "All " + count + which + ".";
    return "The first " + count + (last.total ? " of " + with_separators(*last.total) : std::string()) + which +
           "; --limit 0 shows all, --json every field.";
}

std::string score_of(const verdict_view& v) {
    if (v.score)
        return short_number(*v.score);
    return v.value.value_or(std::string(nothing));
}

} // namespace

std::string headline_of(const run_view& run) {
    auto out = on_one_line(run.id) + "  " + state_of(run);
    if (run.outcome)
        out += ", " + on_one_line(*run.outcome);
    if (run.name)
        out += "  " + on_one_line(*run.name);
    return out;
}

void show_summary(const console& to, const summary_view& summary) {
    table out({{"METRIC"},
               {"TOTAL", align::right},
               {"PASSED", align::right},
               {"FAILED", align::right},
               {"UNDECIDED", align::right},
               {"ERRORED", align::right},
               {"PASS RATE", align::right},
               {"SCORE", align::right},
               {"LATENCY", align::right}});
    for (const auto& each : summary.metrics)
        out.add(row_of(each, each.metric));
    out.add(row_of(summary.whole, "all metrics"));
    out.print(to);
    if (summary.run_terminal == false)
        to.out << "The run goes on; these numbers are not final.\n";
}

void show_verdicts(const console& to, const std::vector<verdict_view>& verdicts) {
    const bool spans = std::any_of(verdicts.begin(), verdicts.end(), [](const auto& v) { return v.span.has_value(); });
    std::vector<column> columns = {{"PASSED"}, {"METRIC"}, {"SCORE", align::right}, {"ITEM"}};
    if (spans)
        columns.push_back({"SPAN"});
    columns.push_back({"REASON"});
    table out(std::move(columns));
    for (const auto& v : verdicts) {
        std::vector<cell> row = {passed_cell(v), {v.metric}, {score_of(v)}, {v.trace_id.value_or(v.result_id)}};
        if (spans)
            row.push_back({v.span.value_or(std::string(nothing))});
        row.push_back({v.error ? *v.error : v.reason.value_or("")});
        out.add(std::move(row));
    }
    out.print(to);
}

void show_runs(const console& to, const std::vector<run_view>& runs) {
    const bool suites = std::any_of(runs.begin(), runs.end(), [](const auto& r) { return r.suite.has_value(); });
    std::vector<column> columns = {{"RUN"}, {"STATUS"}, {"OUTCOME"}, {"CREATED"}};
    if (suites)
        columns.push_back({"SUITE"});
    columns.push_back({"NAME"});
    table out(std::move(columns));
    for (const auto& r : runs) {
        std::vector<cell> row = {{r.id}, {state_of(r)}, outcome_cell(r), {r.created_at.value_or(std::string(nothing))}};
        if (suites)
            row.push_back({r.suite.value_or(std::string(nothing))});
        row.push_back({r.name.value_or("")});
        out.add(std::move(row));
    }
    out.print(to);
}

std::string runs_footer(std::size_t shown, const page_view& last, bool filtered) {
    return count_of(shown, last, filtered ? " matching runs" : " runs");
}

std::string verdicts_footer(std::size_t shown, const page_view& last, bool filtered) {
    auto out = count_of(shown, last, filtered ? " matching verdicts" : " verdicts");
    if (last.run_terminal == false)
        out += " The run goes on, so there may be more.";
    return out;
}

} // namespace evalbridge::cli
