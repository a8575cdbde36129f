#include "tests/oracle/gradient_spans.hpp"
#include "tests/oracle/gradient_parts.hpp"

namespace evalbridge::oracle::gradient {
namespace {

std::optional<std::string> type_of(const std::optional<std::string>& native) {
    constexpr std::string_view prefix = "TRACE_SPAN_TYPE_";
    if (!native || *native == "TRACE_SPAN_TYPE_UNKNOWN")
        return {};
    for (const auto* known : {"LLM", "RETRIEVER", "TOOL", "AGENT", "WORKFLOW"})
        if (*native == std::string(prefix) + known)
            return folded(known);
    return native;
}

} // namespace

void span_list::read(oracle::told list, std::optional<std::size_t> parent, std::size_t depth) {
    list.each([&](oracle::told each) {
        if (each.present())
            read_one(each, parent, depth);
    });
}

json::value span_list::without_children(oracle::told in, std::size_t parent, std::size_t depth) {
    json::object rest;
    for (const auto& member : in.value().get_object())
        if (member.key() == "spans")
            read(oracle::told(&member.value()), parent, depth + 1);
        else
            rest[member.key()] = member.value();
    return rest;
}

void span_list::read_one(oracle::told in, std::optional<std::size_t> parent, std::size_t depth) {
    if (spans_.size() >= parts_.max_spans || depth > parts_.max_depth) {
        left_out_ = true;
        return;
    }
    if (!in.is_object())
        throw refused("no span");
    const auto index = spans_.size();
    auto& here = spans_.emplace_back();
    here.parent = parent;
    here.name = in["name"].some_text();
    here.type = type_of(in["type"].some_text());
    if (parts_.spans) {
        here.created_at = time(in["created_at"]);
        here.input = in["input"].raw();
        here.output = in["output"].raw();
        in["retriever_chunks"].each([&](oracle::told each) { here.chunks.push_back(chunk(each)); });
    }
    if (parts_.span_verdicts)
        in["span_level_metric_results"].each([&](oracle::told each) {
            if (here.results.size() == most_metric_results || results_ == 10'000)
                throw refused("too many metric results");
            ++results_;
            here.results.push_back(measurement(each, parts_.raw));
        });
    for (const auto& member : in.value().get_object()) {
        const std::string name(member.key());
        const oracle::told value(&member.value());
        if (name == "spans")
            read(value, index, depth + 1);
        else if ((name == "agent" || name == "workflow") && value.is_object())
            here.attributes[name] = without_children(value, index, depth);
        else if (name != "name" && name != "type" && name != "span_level_metric_results" && name != "created_at" &&
                 name != "input" && name != "output" && name != "retriever_chunks")
            here.attributes[name] = member.value();
    }
}

json::value span_list::told() const {
    json::array out;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
        const auto& each = spans_[i];
        json::object span;
        span["index"] = static_cast<std::int64_t>(i);
        span["parent"] = each.parent ? json::value(static_cast<std::int64_t>(*each.parent)) : json::value(nullptr);
        span["name"] = or_null(each.name);
        span["type"] = or_null(each.type);
        span["created_at"] = each.created_at;
        span["input"] = each.input;
        span["output"] = each.output;
        span["chunks"] = each.chunks;
        span["attributes"] = each.attributes.empty() ? json::value(nullptr) : json::value(each.attributes);
        out.push_back(std::move(span));
    }
    return out;
}

json::value span_list::reference(std::size_t span) const {
    const auto& of = spans_[span];
    return {{"index", static_cast<std::int64_t>(span)}, {"name", or_null(of.name)}, {"type", or_null(of.type)}};
}

} // namespace evalbridge::oracle::gradient
