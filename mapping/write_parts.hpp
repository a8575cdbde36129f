#pragma once
// The pieces that several unified objects share, as JSON.

#include "mapping/json_writer.hpp"
#include "mapping/run_result.hpp"
#include "mapping/verdict.hpp"

namespace evalbridge::detail {

void write_metric(json_writer& out, const metric_ref& metric);
/// The object's members, without braces: passed, passed_source, score, value, direction, reason, error.
void write_judgement(json_writer& out, const measurement& m);
/// The `mapping` member, and `raw` where there is one: the last members of every object.
void write_making(json_writer& out, const mapping_notes& notes, const std::optional<model_text>& raw);
void write_chunks(json_writer& out, const std::vector<chunk>& chunks);
void write_inspected(json_writer& out, const std::vector<inspected_step>& steps);

void write_time(json_writer& out, const std::optional<timestamp>& at);
/// A member whose value is text, or null.
template <class T> void write_text(json_writer& out, std::string_view key, const std::optional<T>& text) {
    out.key(key).string_or_null(text);
}

} // namespace evalbridge::detail
