#include "cli/show_comparison.hpp"

#include "cli/table.hpp"
#include "cli/text.hpp"
#include "cli/view.hpp"

#include <cmath>
#include <cstdio>
#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

const std::string nothing = "-";

std::string count_at(const json::value& of, std::string_view path) {
    return with_separators(integer_at(of, path).value_or(0));
}

std::string plural(std::int64_t count, const std::string& word) {
    return with_separators(count) + ' ' + word + (count == 1 ? "" : "s");
}

/// `-2.2`, in points of a percentage; never `-0.0`.
std::string points(double share) {
    auto rounded = std::round(share * 1000) / 10;
    if (rounded == 0)
        rounded = 0;
    char text[32];
    std::snprintf(text, sizeof text, "%+.1f", rounded);
    return rounded == 0 ? "0.0" : text;
}

std::string points_at(const json::value& of, std::string_view path) {
    const auto share = number_at(of, path);
    return share ? points(*share) : nothing;
}

/// `0.0123`, `< 0.0001`
std::string probability(double p) {
    char text[32];
    std::snprintf(text, sizeof text, p < 0.0001 ? "< 0.0001" : "%.4f", p);
    return text;
}

std::string rate_of(const json::value& metric, std::string_view run) {
    const auto* side = member(metric, run);
    if (!side)
        return "not measured";
    const auto rate = number_at(*side, "pass_rate");
    return rate ? percentage(*rate) : nothing;
}

cell conclusion_of(const json::value& metric) {
    const auto word = text_at(metric, "conclusion").value_or("");
    if (word == "regressed")
        return {word, tint::bad};
    if (word == "improved")
        return {word, tint::good};
    if (word == "no_significant_change")
        return {"no significant change"};
    if (!member(metric, "a") || !member(metric, "b"))
        return {nothing, tint::faint};
    const auto pairs = plural(integer_at(metric, "paired.decided").value_or(0), "pair");
    return {"too little data, " + pairs, tint::faint};
}

std::vector<cell> row_of(const json::value& metric) {
    const auto low = number_at(metric, "difference.lower");
    const auto high = number_at(metric, "difference.upper");
    const auto p = number_at(metric, "mcnemar.p_adjusted");
    const auto regressions = integer_at(metric, "paired.regressions").value_or(0);
    const auto improvements = integer_at(metric, "paired.improvements").value_or(0);
    const auto agreement = number_at(metric, "agreement.raw");
    const auto kappa = number_at(metric, "agreement.cohens_kappa");
    return {{text_at(metric, "name").value_or("")},
            {rate_of(metric, "a")},
            {rate_of(metric, "b")},
            {points_at(metric, "difference.estimate")},
            {low && high ? points(*low) + " to " + points(*high) : nothing},
            {p ? probability(*p) : nothing},
            {with_separators(regressions), regressions > 0 ? tint::bad : tint::none},
            {with_separators(improvements), improvements > 0 ? tint::good : tint::none},
            {agreement ? percentage(*agreement) : nothing},
            {kappa ? short_number(*kappa) : nothing},
            conclusion_of(metric)};
}

void print_run(const console& to, std::string_view letter, const json::value* run) {
    if (!run)
        return;
    to.out << letter << "  " << on_one_line(text_at(*run, "id").value_or("")) << "  "
           << on_one_line(text_at(*run, "status").value_or(""));
    if (const auto outcome = text_at(*run, "outcome"))
        to.out << ", " << on_one_line(*outcome);
    if (const auto name = text_at(*run, "name"))
        to.out << "  " << on_one_line(*name);
    to.out << '\n';
}

void print_coverage(const console& to, const json::value& comparison) {
    const auto by = text_at(comparison, "join").value_or("") == "input" ? "inputs" : "trace ids";
    to.out << count_at(comparison, "coverage.items.both") << " items in both runs by their " << by << ", "
           << count_at(comparison, "coverage.items.only_a") << " only in A, "
           << count_at(comparison, "coverage.items.only_b") << " only in B; "
           << plural(integer_at(comparison, "coverage.verdicts.pairs").value_or(0), "pair") << " of verdicts\n";
    const auto ambiguous = integer_at(comparison, "coverage.verdicts.ambiguous_a").value_or(0) +
                           integer_at(comparison, "coverage.verdicts.ambiguous_b").value_or(0);
    if (ambiguous > 0)
        to.out << plural(ambiguous, "verdict")
               << " not paired: an item has the metric several times, not equally often in both runs\n";
    const auto without = integer_at(comparison, "coverage.without_key.a").value_or(0) +
                         integer_at(comparison, "coverage.without_key.b").value_or(0);
    if (without > 0)
        to.out << plural(without, "verdict") << " without anything to be joined on\n";
}

void print_equivalences(const console& to, const json::array& metrics) {
    for (const auto& each : metrics) {
        if (boolean_at(each, "threshold_equivalence.separates") != true)
            continue;
        const bool at_least = text_at(each, "threshold_equivalence.passes_if").value_or("") == "at_least";
        to.out << on_one_line(text_at(each, "name").value_or("")) << ": B's score "
               << (at_least ? "at least " : "at most ")
               << short_number(number_at(each, "threshold_equivalence.threshold").value_or(0))
               << " says what A says of " << percentage(number_at(each, "threshold_equivalence.agreement").value_or(0))
               << " of " << plural(integer_at(each, "threshold_equivalence.pairs").value_or(0), "pair") << '\n';
    }
}

const json::array* metrics_of(const json::value& comparison) {
    const auto* metrics = member(comparison, "metrics");
    return metrics ? metrics->if_array() : nullptr;
}

std::vector<std::string> not_measured(const json::value& comparison) {
    std::vector<std::string> out;
    const auto* names = member(comparison, "not_measured");
    if (const auto* listed = names ? names->if_array() : nullptr)
        for (const auto& each : *listed)
            if (const auto* name = each.if_string())
                out.emplace_back(on_one_line(std::string_view(name->data(), name->size())));
    return out;
}

std::string side_text(const json::value& flip, const std::string& run) {
    std::string out;
    if (const auto score = number_at(flip, run + ".score"))
        out = short_number(*score);
    if (const auto reason = text_at(flip, run + ".reason"))
        out += (out.empty() ? "" : ": ") + *reason;
    return out.empty() ? nothing : out;
}

} // namespace

void show_comparison(const console& to, const json::value& comparison) {
    print_run(to, "A", member(comparison, "a"));
    print_run(to, "B", member(comparison, "b"));
    print_coverage(to, comparison);
    for (const auto& each : not_measured(comparison))
        to.out << "neither run measures " << each << '\n';
    if (const auto* metrics = metrics_of(comparison); metrics && !metrics->empty()) {
        table out({{"METRIC"},
                   {"A", align::right},
                   {"B", align::right},
                   {"B - A", align::right},
                   {"95 % INTERVAL", align::right},
                   {"P", align::right},
                   {"LOST", align::right},
                   {"WON", align::right},
                   {"AGREE", align::right},
                   {"KAPPA", align::right},
                   {"CONCLUSION"}});
        for (const auto& each : *metrics)
            out.add(row_of(each));
        to.out << '\n';
        out.print(to);
        print_equivalences(to, *metrics);
    }
    if (boolean_at(comparison, "complete") == false)
        to.out << "A run goes on; these numbers are not final.\n";
}

void show_flips(const console& to, const std::vector<json::value>& flips) {
    table out({{"CHANGE"}, {"METRIC"}, {"ITEM"}, {"A"}, {"B"}});
    for (const auto& each : flips) {
        const bool lost = text_at(each, "change").value_or("") == "regression";
        const auto item = text_at(each, "key.trace_id");
        out.add({lost ? cell{"lost", tint::bad} : cell{"won", tint::good},
                 {text_at(each, "metric").value_or("")},
                 {item ? *item : text_at(each, "a.result_id").value_or("")},
                 {side_text(each, "a")},
                 {side_text(each, "b")}});
    }
    to.out << '\n';
    out.print(to);
}

std::vector<std::string> regressions_of(const json::value& comparison) {
    std::vector<std::string> out;
    if (boolean_at(comparison, "complete") != true)
        out.push_back("a run goes on, so nothing is final");
    for (const auto& each : not_measured(comparison))
        out.push_back("neither run measures " + each);
    bool tested = false;
    if (const auto* metrics = metrics_of(comparison))
        for (const auto& each : *metrics) {
            tested = tested || member(each, "mcnemar");
            if (text_at(each, "conclusion").value_or("") != "regressed")
                continue;
            out.push_back(on_one_line(text_at(each, "name").value_or("")) + " changed by " +
                          points_at(each, "difference.estimate") + " points, p " +
                          probability(number_at(each, "mcnemar.p_adjusted").value_or(1)));
        }
    if (!tested)
        out.push_back("no metric has enough pairs of verdicts to be tested");
    return out;
}

} // namespace evalbridge::cli
