#include "mapping/write.hpp"
#include "mapping/write_parts.hpp"

namespace evalbridge {
namespace {

using detail::write_text;

void write_range(json_writer& out, const std::optional<score_range>& range) {
    if (!range) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("min").number(range->min);
    out.key("max").number(range->max);
    out.end_object();
}

void write_threshold(json_writer& out, const std::optional<metric_threshold>& threshold) {
    if (!threshold) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("value").number_or_null(threshold->value);
    out.key("passing_texts").begin_array();
    for (const auto& text : threshold->passing_texts)
        out.string(text);
    out.end_array();
    out.end_object();
}

} // namespace

void write(json_writer& out, const metric_info& m) {
    out.begin_object();
    out.key("name").string(m.metric.name);
    out.key("native_name").string(m.metric.native_name);
    write_text(out, "native_id", m.metric.native_id);
    out.key("kind").string(name_of(m.metric.kind));
    out.key("provider").string(m.provider);
    write_text(out, "description", m.description);
    write_text(out, "category", m.category);
    out.key("type").string(name_of(m.type));
    out.key("direction").string(name_of(m.traits.direction));
    write_text(out, "unit", m.traits.unit);
    out.key("range");
    write_range(out, m.traits.range);
    out.key("threshold");
    write_threshold(out, m.traits.threshold);
    out.key("in_dictionary").boolean(m.in_dictionary);
    detail::write_making(out, m.mapping, m.raw);
    out.end_object();
}

void write(json_writer& out, const page_info& p) {
    out.begin_object();
    out.key("limit").unsigned_integer(p.limit);
    out.key("offset").unsigned_integer(p.offset);
    out.key("number").integer_or_null(p.number);
    out.key("total").integer_or_null(p.total);
    out.key("has_more").boolean(p.has_more);
    write_text(out, "next_cursor", p.next_cursor);
    out.key("run_terminal").boolean_or_null(p.run_terminal);
    if (p.as_of)
        out.key("as_of").unsigned_integer(*p.as_of);
    out.end_object();
}

} // namespace evalbridge
