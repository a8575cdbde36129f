#include "compare/run_rows.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

decision decision_of(const measurement& m) {
    if (!m.passed)
        return decision::undecided;
    return *m.passed ? decision::passed : decision::failed;
}

void fold_into(std::string& out, std::string_view name) {
    out.resize(name.size());
    std::ranges::transform(name, out.begin(), fold_ascii);
}

} // namespace

std::string_view name_of(join_key key) { return key == join_key::input ? "input" : "trace_id"; }

std::string folded_name(std::string_view canonical) {
    std::string out;
    fold_into(out, canonical);
    return out;
}

void run_intake::expect(std::uint64_t verdicts) { rows_.rows.reserve(verdicts); }

void run_intake::begin_page(walk_position from) { rows_.pages.push_back({rows_.verdicts, from}); }

const item_key& run_intake::key_of_trace(std::string_view trace_id) {
    if (trace_id != trace_) {
        trace_ = trace_id;
        trace_key_ = key_of_text(trace_id);
    }
    return trace_key_;
}

void run_intake::add(const verdict& v) {
    if (v.level != verdict_level::item)
        return;
    const bool named = v.trace_id && !std::string_view(*v.trace_id).empty();
    add(v.measured, named ? &key_of_trace(*v.trace_id) : nullptr);
}

void run_intake::add(const run_result& item) {
    ++items_;
    const auto input = item.input ? normalised_input(*item.input) : std::string();
    items_with_input_ += input.empty() ? 0 : 1;
    const auto key = input.empty() ? item_key() : key_of_text(input);
    for (const auto& each : item.verdicts)
        if (each.level == verdict_level::item)
            add(each.measured, input.empty() ? nullptr : &key);
}

void run_intake::add(const measurement& m, const item_key* key) {
    const auto metric = index_of(m);
    auto& about = rows_.metrics[metric];
    about.counts.add(m);
    if (about.direction == score_direction::unknown)
        about.direction = m.direction;
    const bool scored = m.score && std::isfinite(*m.score);
    if (scored)
        about.score.add(*m.score);
    about.scale_known = about.scale_known && !is_score_as_given(m);
    const auto position = rows_.verdicts++;
    if (!key) {
        ++rows_.without_key;
        return;
    }
    judged_row row;
    row.item = *key;
    row.score = scored ? *m.score : no_score;
    row.position = static_cast<std::uint32_t>(position);
    row.metric = metric;
    row.decided = static_cast<std::uint32_t>(decision_of(m));
    rows_.rows.push_back(row);
}

std::uint32_t run_intake::index_of(const measurement& m) {
    fold_into(folded_, m.metric.name);
    const auto next = static_cast<std::uint32_t>(rows_.metrics.size());
    const auto [at, is_new] = index_.try_emplace(folded_, next);
    if (is_new)
        rows_.metrics.emplace_back().metric = m.metric;
    return at->second;
}

} // namespace evalbridge
