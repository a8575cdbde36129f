#include "adapters/gradient/decode_spans.hpp"

#include "adapters/gradient/decode_parts.hpp"

namespace evalbridge::gradient {
namespace {

/// The most metric results of all of a prompt's spans: ten for each of as many spans as are read by default.
constexpr std::size_t most_span_results = 10'000;

/// Any JSON, as it stands; empty for null.
std::optional<model_text> read_any(json_reader& in) {
    if (!in.present())
        return {};
    return in.raw_text(max_raw_depth);
}

std::optional<model_text> read_type(json_reader& in) {
    auto native = in.nonempty_text();
    if (!native)
        return {};
    const auto type = span_type_of(*native);
    if (type.empty())
        return {};
    if (type == native->view()) // a word that isn't known stands as it is
        return native;
    return model_text::borrowed(type, true); // a literal
}

} // namespace

void span_reader::read_list(json_reader& list, std::optional<std::uint32_t> parent, std::uint32_t depth) {
    list.each([&](json_reader& each) { read_span(each, parent, depth); });
}

// One pass over the members in whatever order they come: a span's input alone can be megabytes, so none is looked for
// twice.
void span_reader::read_span(json_reader& in, std::optional<std::uint32_t> parent, std::uint32_t depth) {
    if (!in.present())
        return;
    if (spans_.size() >= options_.max_spans || depth > options_.max_span_depth) {
        left_out_ = true;
        return;
    }
    const auto index = static_cast<std::uint32_t>(spans_.size());
    spans_.emplace_back();
    verdicts_.emplace_back();
    spans_.back().index = index;
    spans_.back().parent = parent;

    std::string further;
    json_writer attributes(further);
    attributes.begin_object();
    in.members([&](std::string_view name, json_reader& member) {
        if (name == "spans")
            read_list(member, index, depth + 1);
        else if (!read_own(name, member, index))
            read_further(name, member, attributes, index, depth);
    });
    attributes.end_object();
    if (options_.spans && further != "{}")
        spans_[index].attributes = kept(further, options_.texts);
}

bool span_reader::read_own(std::string_view name, json_reader& member, std::uint32_t index) {
    auto& span = spans_[index];
    if (name == "name") {
        span.name = member.nonempty_text();
    } else if (name == "type") {
        span.type = read_type(member);
    } else if (name == "span_level_metric_results") {
        if (options_.span_verdicts)
            member.each([&](json_reader& each) {
                if (verdicts_[index].size() >= most_metric_results)
                    return each.fail("more metric results than a span can have");
                if (++results_ > most_span_results)
                    return each.fail("more metric results than a prompt's spans can have");
                verdict v;
                v.level = verdict_level::span;
                v.span.emplace();
                v.span->index = index;
                v.measured = read_measurement(each, options_.raw_metrics);
                verdicts_[index].push_back(std::move(v));
            });
    } else if (!options_.spans) {
        return false; // only the metric results are wanted, and what names their span
    } else if (name == "created_at") {
        span.created_at = read_time(member);
    } else if (name == "input") {
        span.input = read_any(member);
    } else if (name == "output") {
        span.output = read_any(member);
    } else if (name == "retriever_chunks") {
        member.each([&](json_reader& each) { span.chunks.push_back(read_chunk(each)); });
    } else {
        return false;
    }
    return true;
}

// `agent`, `llm`, `retriever`, `tool`, `workflow` and whatever a newer vendor adds; the children among it become spans.
void span_reader::read_further(std::string_view name, json_reader& member, json_writer& attributes, std::uint32_t index,
                               std::uint32_t depth) {
    const bool may_have_children = (name == "agent" || name == "workflow") && member.is_object();
    if (!may_have_children) {
        if (options_.spans)
            attributes.escaped_key(name).raw(member.raw_text(max_raw_depth));
        return;
    }
    if (options_.spans)
        attributes.escaped_key(name).begin_object();
    member.members([&](std::string_view inner_name, json_reader& inner) {
        if (inner_name == "spans")
            read_list(inner, index, depth + 1);
        else if (options_.spans)
            attributes.escaped_key(inner_name).raw(inner.raw_text(max_raw_depth));
    });
    if (options_.spans)
        attributes.end_object();
}

std::vector<verdict> span_reader::take_verdicts() {
    std::vector<verdict> out;
    for (std::size_t index = 0; index < verdicts_.size(); ++index)
        for (auto& each : verdicts_[index]) {
            // Only now: a span's name may stand behind its metric results.
            each.span->name = shared(spans_[index].name, options_.texts);
            each.span->type = shared(spans_[index].type, options_.texts);
            out.push_back(std::move(each));
        }
    return out;
}

} // namespace evalbridge::gradient
