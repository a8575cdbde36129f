#include "runs/archive/shown.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

void forget_notes_on_spans(mapping_notes& notes) {
    const auto on_spans = [](const mapping_note& note) { return note.member == "spans"; };
    notes.erase(std::remove_if(notes.begin(), notes.end(), on_spans), notes.end());
}

} // namespace

void show(run& r, const read_options& asked) {
    if (asked.raw)
        return;
    r.raw.reset();
    for (auto& each : r.run_metrics)
        each.raw.reset();
    if (r.star && r.star->result)
        r.star->result->raw.reset();
}

void show(summary& s, const read_options& asked) {
    if (!asked.raw)
        s.raw.reset();
}

void show(verdict& v, const read_options& asked, bool spans_read) {
    if (!asked.raw)
        v.measured.raw.reset();
    if (!spans_read)
        forget_notes_on_spans(v.measured.mapping);
}

void show(run_result& r, const read_options& asked, verdict_filter::levels level) {
    const bool spans_read = asked.spans || level != verdict_filter::levels::item;
    if (!asked.raw)
        r.raw.reset();
    if (!asked.spans)
        r.spans.reset();
    if (!spans_read) {
        forget_notes_on_spans(r.mapping);
        std::erase_if(r.verdicts, [](const verdict& v) { return v.level == verdict_level::span; });
    }
    for (auto& each : r.verdicts)
        show(each, asked, spans_read);
}

} // namespace evalbridge
