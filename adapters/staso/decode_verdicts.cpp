#include "adapters/staso/decode.hpp"

#include "adapters/staso/reading.hpp"
#include "adapters/staso/vocabulary.hpp"

#include "mapping/judgement.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace evalbridge::staso {
namespace {

// A page names the same few rules over and over, mostly in a row: each is looked up in the dictionary once.
class rule_lookup {
  public:
    explicit rule_lookup(const decode_context& context) : context_(context) {}

    struct rule {
        metric_ref metric;
        const metric_definition* definition;
        metric_traits traits;
    };
    const rule& find(std::string_view name, std::optional<std::string_view> id) {
        if (last_ && last_->metric.native_name == name && last_->metric.native_id == id)
            return *last_;
        for (const auto& known : known_)
            if (known.metric.native_name == name && known.metric.native_id == id)
                return *(last_ = &known);
        if (known_.size() == most_kept)
            known_.pop_front();
        const auto* definition = context_.dictionary.find(vendor_name, name, id);
        rule found{{}, definition, definition ? definition->traits : metric_traits{}};
        found.metric.name = kept(definition ? std::string_view(definition->name) : name, context_.texts);
        found.metric.native_name = kept(name, context_.texts);
        if (id)
            found.metric.native_id = kept(*id, context_.texts);
        return *(last_ = &known_.emplace_back(std::move(found)));
    }

  private:
    static constexpr std::size_t most_kept = 32;
    const decode_context& context_;
    std::deque<rule> known_;
    const rule* last_ = nullptr;
};

// What a row is decoded with.
struct row_reader {
    const decode_context& context;
    model_text run_id;
    rule_lookup rules;
};

std::vector<inspected_step> decode_inspected(json_reader in) {
    std::vector<inspected_step> steps;
    in.each([&](json_reader& each) {
        inspected_step step;
        step.turn = each["turn"].optional_integer();
        step.tool = each["tool"].optional_text().value_or("");
        step.target = each["target"].optional_text().value_or("");
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

// The runtime decides the kind; the dictionary does where the runtime isn't known.
metric_ref metric_of(const rule_lookup::rule& rule, metric_kind runtime, const text_source* texts) {
    metric_ref metric;
    metric.name = shared(rule.metric.name, texts);
    metric.native_name = shared(rule.metric.native_name, texts);
    metric.native_id = shared(rule.metric.native_id, texts);
    metric.kind = runtime;
    if (runtime == metric_kind::unknown && rule.definition && rule.definition->kind)
        metric.kind = *rule.definition->kind;
    return metric;
}

// A rule is told by guard_rule_id, which is empty for built-in ones, and by name.
measurement decode_measurement(json_reader& in, row_reader& row) {
    const auto id = first_of(in, {"guard_rule_id", "guardRuleId"}).nonempty_text();
    auto name = first_of(in, {"rule_name", "ruleName"});
    const auto text = name.nonempty_text();
    if (!text && !id)
        name.fail("a verdict must name its rule");
    const auto& rule = row.rules.find(text ? text->view() : id ? id->view() : std::string_view(), id);

    measurement m;
    const auto runtime = in["runtime"].nonempty_text();
    const auto kind = runtime ? kind_of_runtime(*runtime) : kind_of_runtime("");
    m.metric = metric_of(rule, kind, row.context.texts);
    if (runtime && kind == metric_kind::unknown)
        m.mapping.push_back({note_kind::lossy, "metric.kind", "a runtime that isn't documented"});
    m.passed = in["passed"].optional_boolean();
    m.decided_by = m.passed ? passed_source::provider : passed_source::none;
    decode_score(in["score"], rule.traits, m);
    m.direction = rule.traits.direction;
    m.reason = in["reason"].nonempty_text();
    return m;
}

// Members are read in the order of the documented record, which is how rows arrive: then no look-up goes back.
void decode_row(json_reader& in, row_reader& row, verdict& v) {
    auto* texts = row.context.texts;
    v.run_id = shared(row.run_id, texts);
    auto trace = first_of(in, {"trace_id", "traceId"});
    v.result_id = trace.text();
    if (v.result_id.empty())
        trace.fail("a verdict must name its trace");
    v.trace_id = shared(v.result_id, texts);
    v.measured = decode_measurement(in, row);
    v.id = make_verdict_id(v.result_id, v.measured.metric, {}, 1, texts);
    v.agent_version = first_of(in, {"agent_version", "agentVersion"}).nonempty_text();
    v.latency_ms = decode_latency(first_of(in, {"latency_ms", "latencyMs"}), v.measured.mapping);
    v.at = read_time(in["timestamp"], "timestamp", v.measured.mapping);
    v.inspected = decode_inspected(in["inspected"]);
    if (row.context.raw)
        v.measured.raw = in.raw_text();
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
    json_document document(body, context.texts);
    auto root = document.root();
    auto [list, holder] = find_list(root, list_names);
    if (!list.is_array() && !(root.is_object() && list.type() == json_reader::kind::null))
        list.fail("expected a list of verdicts");

    verdict_rows page;
    const auto run_id = make_run_id(context.provider, native_run_id);
    constexpr std::size_t usual_row = 400; // bytes
    page.rows.reserve(std::min<std::size_t>(body.size() / usual_row, 1000));
    row_reader reader{context, kept(run_id, context.texts), rule_lookup(context)};
    list.each([&](json_reader& row) { decode_row(row, reader, page.rows.emplace_back()); });
    page.total = find_total(holder, page.rows.size());
    if (!page.total)
        page.total = find_total(root, page.rows.size());
    if (auto read = document.finish(); !read)
        return read.error();
    return page;
}

} // namespace evalbridge::staso
