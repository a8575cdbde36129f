#include "adapters/staso/decode.hpp"

#include "adapters/staso/reading.hpp"
#include "adapters/staso/vocabulary.hpp"

#include "mapping/judgement.hpp"

#include <cmath>
#include <deque>

namespace evalbridge::staso {
namespace {

// A page names the same few rules over and over, mostly in a row: each is looked up in the dictionary once.
class rule_lookup {
  public:
    explicit rule_lookup(const metric_dictionary& dictionary) : dictionary_(dictionary) {}

    struct rule {
        std::string name;
        std::optional<std::string> id;
        const metric_definition* definition;
        metric_traits traits;
    };
    const rule& find(std::string&& name, std::optional<std::string>&& id) {
        for (const auto& known : known_)
            if (known.name == name && known.id == id)
                return known;
        const auto* definition = dictionary_.find(vendor_name, name, id);
        if (known_.size() == most_kept)
            known_.pop_front();
        return known_.emplace_back(
            rule{std::move(name), std::move(id), definition, definition ? definition->traits : metric_traits{}});
    }

  private:
    static constexpr std::size_t most_kept = 32;
    const metric_dictionary& dictionary_;
    std::deque<rule> known_;
};

std::vector<inspected_step> decode_inspected(json_reader in) {
    std::vector<inspected_step> steps;
    in.each([&](json_reader& each) {
        inspected_step step;
        step.turn = each["turn"].optional_integer();
        step.tool = each["tool"].optional_string().value_or("");
        step.target = each["target"].optional_string().value_or("");
        steps.push_back(std::move(step));
    });
    return steps;
}

void decode_score(json_reader in, const metric_traits& traits, measurement& m) {
    m.value.number = in.optional_number();
    if (!m.value.number)
        return;
    m.value.type = value_type::number;
    const auto scaled = rescale_score(m.value, traits);
    m.score = scaled.score;
    if (!scaled.note.empty())
        m.mapping.push_back({scaled.note_as, "score", scaled.note});
}

// Documented as whole milliseconds.
std::optional<std::int64_t> decode_latency(json_reader in, mapping_notes& notes) {
    const auto latency = in.optional_number();
    if (!latency)
        return {};
    constexpr double exact = 9007199254740992.0; // 2^53
    const auto rounded = std::round(*latency);
    if (rounded != *latency || std::abs(rounded) > exact)
        notes.push_back({note_kind::lossy, "latency_ms", "rounded to whole milliseconds"});
    return std::abs(rounded) > exact ? std::nullopt : std::optional(static_cast<std::int64_t>(rounded));
}

// A rule is told by guard_rule_id, which is empty for built-in ones, and by name.
measurement decode_measurement(json_reader in, rule_lookup& rules) {
    auto id = first_of(in, {"guard_rule_id", "guardRuleId"}).nonempty_string();
    auto name = first_of(in, {"rule_name", "ruleName"});
    auto text = name.nonempty_string();
    if (!text && !id)
        name.fail("a verdict must name its rule");
    const auto& rule = rules.find(text ? std::move(*text) : id.value_or(""), std::move(id));

    measurement m;
    const auto runtime = in["runtime"].nonempty_string();
    const auto kind = kind_of_runtime(runtime.value_or(""));
    m.metric = make_metric(rule.definition, rule.name, rule.id, kind);
    if (runtime && kind == metric_kind::unknown)
        m.mapping.push_back({note_kind::lossy, "metric.kind", "a runtime that isn't documented"});
    m.passed = in["passed"].optional_boolean();
    m.decided_by = m.passed ? passed_source::provider : passed_source::none;
    decode_score(in["score"], rule.traits, m);
    m.direction = rule.traits.direction;
    m.reason = in["reason"].nonempty_string();
    return m;
}

// Members are read in the order of the documented record, which is how rows arrive: then no look-up goes back.
verdict decode_row(json_reader in, const std::string& run_id, rule_lookup& rules, bool raw) {
    verdict v;
    v.run_id = run_id;
    auto trace = first_of(in, {"trace_id", "traceId"});
    v.result_id = trace.string();
    if (v.result_id.empty())
        trace.fail("a verdict must name its trace");
    v.trace_id = v.result_id;
    v.measured = decode_measurement(in, rules);
    v.id = make_verdict_id(v.result_id, v.measured.metric, {}, 1);
    v.agent_version = first_of(in, {"agent_version", "agentVersion"}).nonempty_string();
    v.latency_ms = decode_latency(first_of(in, {"latency_ms", "latencyMs"}), v.measured.mapping);
    v.at = read_time(in["timestamp"], "timestamp", v.measured.mapping);
    v.inspected = decode_inspected(in["inspected"]);
    if (raw)
        v.measured.raw = in.raw();
    return v;
}

const names list_names = {"verdicts", "items", "data", "results"};

// `count` may be the size of the page: only one that is larger than the page says anything.
std::optional<std::uint64_t> find_total(json_reader in, std::size_t rows) {
    if (!in.is_object())
        return {};
    if (const auto total = count_if_any(first_of(in, {"total", "total_count", "totalCount"})))
        return static_cast<std::uint64_t>(*total);
    const auto count = count_if_any(in["count"]);
    if (count && static_cast<std::uint64_t>(*count) > rows)
        return static_cast<std::uint64_t>(*count);
    return {};
}

} // namespace

result<verdict_rows> decode_verdicts(std::string_view body, std::string_view native_run_id,
                                     const decode_context& context) {
    json_document document(body);
    auto root = document.root();
    auto [list, holder] = find_list(root, list_names);
    if (!list.is_array() && !(root.is_object() && list.type() == json_reader::kind::null))
        list.fail("expected a list of verdicts");

    verdict_rows page;
    const auto run_id = make_run_id(context.provider, native_run_id);
    rule_lookup rules(context.dictionary);
    list.each([&](json_reader& row) { page.rows.push_back(decode_row(row, run_id, rules, context.raw)); });
    page.total = find_total(holder, page.rows.size());
    if (!page.total)
        page.total = find_total(root, page.rows.size());
    if (auto read = document.finish(); !read)
        return read.error();
    return page;
}

} // namespace evalbridge::staso
