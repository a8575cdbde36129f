#include "cli/view.hpp"

#include "cli/text.hpp"

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

counts_view read_counts(const json::value& from) {
    counts_view out;
    out.metric = text_at(from, "metric.name").value_or("");
    out.total = integer_at(from, "total").value_or(0);
    out.passed = integer_at(from, "passed").value_or(0);
    out.failed = integer_at(from, "failed").value_or(0);
    out.undecided = integer_at(from, "undecided").value_or(0);
    out.errored = integer_at(from, "errored").value_or(0);
    out.pass_rate = number_at(from, "pass_rate");
    out.average_score = number_at(from, "average_score");
    out.average_latency_ms = number_at(from, "average_latency_ms");
    return out;
}

} // namespace

const json::value* member(const json::value& of, std::string_view path) {
    const auto* at = &of;
    while (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        const auto* object = at->if_object();
        const auto* found = object ? object->if_contains(path.substr(0, dot)) : nullptr;
        if (!found || found->is_null())
            return nullptr;
        at = found;
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return at;
}

std::optional<std::string> text_at(const json::value& of, std::string_view path) {
    const auto* found = member(of, path);
    const auto* text = found ? found->if_string() : nullptr;
    return text ? std::optional<std::string>(std::in_place, text->data(), text->size()) : std::nullopt;
}

std::optional<double> number_at(const json::value& of, std::string_view path) {
    const auto* found = member(of, path);
    return found && found->is_number() ? std::optional(found->to_number<double>()) : std::nullopt;
}

std::optional<std::int64_t> integer_at(const json::value& of, std::string_view path) {
    const auto* found = member(of, path);
    return found && found->is_int64() ? std::optional(found->get_int64()) : std::nullopt;
}

std::optional<bool> boolean_at(const json::value& of, std::string_view path) {
    const auto* found = member(of, path);
    return found && found->is_bool() ? std::optional(found->get_bool()) : std::nullopt;
}

run_view read_run(const json::value& from) {
    run_view out;
    out.id = text_at(from, "id").value_or("");
    out.provider = text_at(from, "provider").value_or("");
    out.vendor = text_at(from, "vendor").value_or("");
    out.status = text_at(from, "status").value_or("unknown");
    out.native_status = text_at(from, "native_status");
    out.name = text_at(from, "name");
    out.suite = text_at(from, "suite");
    out.created_at = text_at(from, "created_at");
    out.phase = text_at(from, "phase");
    out.outcome = text_at(from, "outcome");
    out.error = text_at(from, "error");
    out.terminal = boolean_at(from, "terminal").value_or(false);
    out.done = integer_at(from, "progress.done");
    out.total = integer_at(from, "progress.total");
    return out;
}

summary_view read_summary(const json::value& from) {
    summary_view out;
    out.whole = read_counts(from);
    out.run_terminal = boolean_at(from, "run_terminal");
    const auto* metrics = member(from, "metrics");
    if (const auto* listed = metrics ? metrics->if_array() : nullptr)
        for (const auto& each : *listed)
            out.metrics.push_back(read_counts(each));
    return out;
}

verdict_view read_verdict(const json::value& from) {
    verdict_view out;
    out.result_id = text_at(from, "result_id").value_or("");
    out.trace_id = text_at(from, "trace_id");
    out.metric = text_at(from, "metric.name").value_or("");
    out.passed = boolean_at(from, "passed");
    out.score = number_at(from, "score");
    out.value = text_at(from, "value.text");
    out.reason = text_at(from, "reason");
    out.error = text_at(from, "error");
    if (const auto index = integer_at(from, "span.index"))
        out.span = std::to_string(*index) + ' ' + text_at(from, "span.name").value_or("");
    return out;
}

page_view read_page(const json::value& from) {
    return {integer_at(from, "total"), text_at(from, "next_cursor"), boolean_at(from, "run_terminal")};
}

} // namespace evalbridge::cli
