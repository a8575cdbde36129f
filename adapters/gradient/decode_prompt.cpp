#include "adapters/gradient/decode_prompt.hpp"

#include "adapters/gradient/decode_parts.hpp"
#include "adapters/gradient/decode_spans.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>

namespace evalbridge::gradient {
namespace {

struct prompt_parts {
    run_result& out;
    const prompt_options& options;
    span_reader spans;
    std::optional<std::int64_t> id;
};

struct member_reader {
    std::string_view name;
    bool is_content;
    void (*read)(prompt_parts& p, json_reader& in);
};

// Where each member goes. Whatever isn't listed is in `raw` only.
constexpr member_reader members[] = {
    {"evaluation_trace_spans", false,
     [](prompt_parts& p, json_reader& in) {
         if (p.options.spans || p.options.span_verdicts)
             p.spans.read(in);
     }},
    {"ground_truth", true, [](prompt_parts& p, json_reader& in) { p.out.expected = in.optional_text(); }},
    {"input", true, [](prompt_parts& p, json_reader& in) { p.out.input = in.optional_text(); }},
    {"input_tokens", true, [](prompt_parts& p, json_reader& in) { p.out.tokens.input = in.optional_unsigned(); }},
    {"output", true, [](prompt_parts& p, json_reader& in) { p.out.output = in.optional_text(); }},
    {"output_tokens", true, [](prompt_parts& p, json_reader& in) { p.out.tokens.output = in.optional_unsigned(); }},
    {"prompt_chunks", true,
     [](prompt_parts& p, json_reader& in) {
         in.each([&](json_reader& each) { p.out.chunks.push_back(read_chunk(each)); });
     }},
    {"prompt_id", false, [](prompt_parts& p, json_reader& in) { p.id = in.optional_integer(); }},
    {"prompt_level_metric_results", false,
     [](prompt_parts& p, json_reader& in) {
         if (!p.options.item_verdicts)
             return;
         in.each([&](json_reader& each) {
             if (p.out.verdicts.size() >= most_metric_results)
                 return each.fail("more metric results than a prompt can have");
             verdict v;
             v.measured = read_measurement(each, p.options.raw_metrics);
             p.out.verdicts.push_back(std::move(v));
         });
     }},
    {"trace_id", false, [](prompt_parts& p, json_reader& in) { p.out.trace_id = in.nonempty_text(); }},
};

bool about_same(const verdict& a, const verdict& b) {
    return a.level == b.level && (!a.span || a.span->index == b.span->index);
}

/// What a verdict's id is made with.
std::string_view key_of(const verdict& v) {
    const auto& metric = v.measured.metric;
    return metric.native_id ? *metric.native_id : metric.native_name;
}

/// What a verdict has from its prompt, known only now that all of the prompt was read.
void complete_verdicts(run_result& out, text_source* texts) {
    std::unordered_map<std::string_view, unsigned> met; // metrics of the thing at hand; verdicts on one are neighbours
    for (std::size_t i = 0; i < out.verdicts.size(); ++i) {
        if (i > 0 && !about_same(out.verdicts[i - 1], out.verdicts[i]))
            met.clear();
        auto& v = out.verdicts[i];
        v.run_id = shared(out.run_id, texts);
        v.result_id = shared(out.id, texts);
        v.trace_id = shared(out.trace_id, texts);
        v.id = make_verdict_id(out.id, v.measured.metric, v.span, ++met[key_of(v)], texts);
    }
}

} // namespace

run_result read_prompt(json_reader& in, const run_identity& which, const prompt_options& options) {
    run_result out;
    if (!in.is_object())
        in.fail("expected a prompt");
    if (options.raw)
        out.raw = in.raw_text(max_raw_depth);
    prompt_parts parts{out, options, span_reader(options), {}};
    in.members([&](std::string_view name, json_reader& member) {
        const auto* found = std::ranges::find(members, name, &member_reader::name);
        if (found != std::end(members) && (options.content || !found->is_content))
            found->read(parts, member);
    });
    out.id = kept(std::to_string(parts.id.value_or(0)), options.texts);
    out.prompt_id = shared(out.id, options.texts);
    out.run_id = kept(make_run_id(which.provider, which.native_id), options.texts);
    if (!parts.id)
        out.mapping.push_back({note_kind::defaulted, "prompt_id", "the vendor leaves out an id of 0"});
    std::ranges::move(parts.spans.take_verdicts(), std::back_inserter(out.verdicts));
    if (options.spans)
        out.spans = parts.spans.take_spans();
    if (parts.spans.left_out()) {
        const mapping_note note{note_kind::lossy, "spans", "spans beyond the cap are left out"};
        out.mapping.push_back(note);
        for (auto& each : out.verdicts) // a list of verdicts doesn't show the prompt's own notes
            each.measured.mapping.push_back(note);
    }
    complete_verdicts(out, options.texts);
    return out;
}

} // namespace evalbridge::gradient
