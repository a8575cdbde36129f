#include "cli/show.hpp"
#include "cli/table.hpp"
#include "cli/teller.hpp"
#include "cli/text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

struct line {
    std::string_view title;
    std::string_view path;
};

// In the order of the API's own members; those that are null are left out.
constexpr line before_scope[] = {
    {"id", "id"}, {"provider", "provider"}, {"vendor", "vendor"}, {"name", "name"}, {"description", "description"},
};
constexpr line after_scope[] = {
    {"trigger", "trigger"},
    {"agent", "agent.id"},
    {"agent name", "agent.name"},
    {"agent version", "agent.version"},
    {"deployment", "agent.deployment"},
    {"baseline", "baseline_run_id"},
    {"created", "created_at"},
    {"started", "started_at"},
    {"finished", "finished_at"},
};

constexpr std::size_t title_width = 14;

void print(const console& to, std::string_view title, const std::string& text) {
    to.out << title << std::string(title_width - std::min(title.size(), title_width), ' ') << ' ' << on_one_line(text)
           << '\n';
}

template <std::size_t N> void print_lines(const console& to, const json::value& run, const line (&lines)[N]) {
    for (const auto& each : lines)
        if (const auto text = text_at(run, each.path))
            print(to, each.title, *text);
}

/// `agent_id=checkout, sample_pct=20`
std::string flat(const json::value& object) {
    std::string out;
    if (const auto* members = object.if_object())
        for (const auto& [key, value] : *members) {
            const auto text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
            out += (out.empty() ? "" : ", ") + std::string(key) + '=' + text;
        }
    return out;
}

std::string metric_names(const json::value& run) {
    std::string out;
    const auto* metrics = member(run, "metrics");
    if (const auto* listed = metrics ? metrics->if_array() : nullptr)
        for (const auto& each : *listed)
            if (const auto name = text_at(each, "name"))
                out += (out.empty() ? "" : ", ") + *name;
    return out;
}

std::string star_of(const json::value& run) {
    auto out = text_at(run, "star_metric.metric.name").value_or("");
    if (const auto threshold = number_at(run, "star_metric.threshold"))
        out += ", threshold " + short_number(*threshold);
    return out;
}

void print_run_metrics(const console& to, const json::value& run) {
    const auto* metrics = member(run, "run_metrics");
    const auto* listed = metrics ? metrics->if_array() : nullptr;
    if (!listed || listed->empty())
        return;
    std::vector<verdict_view> rows;
    for (const auto& each : *listed) {
        rows.push_back(read_verdict(each));
        rows.back().result_id = "run";
    }
    to.out << '\n';
    show_verdicts(to, rows);
}

} // namespace

void show_run(const console& to, const json::value& run) {
    const auto view = read_run(run);
    print_lines(to, run, before_scope);
    print(to, "status", state_of(view) + (view.native_status ? " (there: " + *view.native_status + ')' : ""));
    print(to, "outcome", view.outcome ? *view.outcome : "-");
    if (view.error)
        print(to, "error", *view.error);
    if (const auto* scope = member(run, "scope"))
        print(to, "scope", flat(*scope));
    if (const auto names = metric_names(run); !names.empty())
        print(to, "metrics", names);
    if (const auto star = star_of(run); !star.empty())
        print(to, "star metric", star);
    print_lines(to, run, after_scope);
    if (const auto* labels = member(run, "labels"))
        if (const auto text = flat(*labels); !text.empty())
            print(to, "labels", text);
    print_run_metrics(to, run);
    if (const auto* raw = member(run, "raw"))
        to.out << "\nraw\n" << json::serialize(*raw) << '\n';
}

} // namespace evalbridge::cli
