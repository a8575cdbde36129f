#include "sandbox/staso_runs.hpp"

#include "sandbox/city_hash.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

/// A small run takes about two seconds, a fifth of them waiting to start.
constexpr double base_seconds = 2;
constexpr double seconds_per_item = 0.002;
constexpr double waiting_share = 0.2;

template <class Keep> std::vector<item> traces_where(const trace_store& traces, Keep keep) {
    std::vector<item> items;
    for (const auto& one : traces.all())
        if (keep(one))
            items.push_back({one.trace_id, &one});
    return items;
}

std::vector<item> dataset_items(std::string_view id, const trace_store& traces) {
    if (const auto size = read_synthetic(id))
        return traces.synthetic(id, size->items);
    std::vector<item> items;
    if (const auto* found = traces.find_dataset(id))
        for (const auto& trace_id : found->trace_ids)
            items.push_back({trace_id, traces.find(trace_id)});
    return items;
}

instant plus_ms(instant when, double ms) { return when + milliseconds(static_cast<milliseconds::rep>(ms)); }

} // namespace

std::vector<item> select(const json::object& scope, const trace_store& traces) {
    const auto text = [&](std::string_view name) -> std::string_view {
        const auto* value = scope.if_contains(name);
        return value == nullptr ? std::string_view() : std::string_view(value->get_string());
    };
    if (scope.contains("dataset_id"))
        return dataset_items(text("dataset_id"), traces);
    std::vector<item> items;
    if (scope.contains("trace_id"))
        items = traces_where(traces, [&](const trace& t) { return t.trace_id == text("trace_id"); });
    else if (scope.contains("session_id"))
        items = traces_where(traces, [&](const trace& t) { return t.session_id == text("session_id"); });
    else if (scope.contains("agent_id"))
        items = traces_where(traces, [&](const trace& t) { return t.agent_id == text("agent_id"); });
    else {
        instant start;
        instant end;
        const auto& range = scope.at("time_range").get_object();
        from_iso(std::string_view(range.at("start").get_string()), start);
        from_iso(std::string_view(range.at("end").get_string()), end);
        items = traces_where(traces, [&](const trace& t) { return start <= t.started_at && t.started_at < end; });
    }
    if (const auto* percent = scope.if_contains("sample_pct"))
        std::erase_if(items,
                      [&](const item& i) { return !is_sampled(i.trace_id, static_cast<int>(percent->get_int64())); });
    std::sort(items.begin(), items.end(), [](const item& a, const item& b) {
        return std::tie(b.body->started_at, a.trace_id) < std::tie(a.body->started_at, b.trace_id);
    });
    return items;
}

staso_run::staso_run(std::string id, staso_spec spec, std::vector<item> items, const run_plan& plan, const world& in,
                     instant created_at)
    : id_(std::move(id)), spec_(std::move(spec)), items_(std::move(items)), plan_(plan), seed_(in.seed),
      created_at_(created_at) {
    const double count = static_cast<double>(items_.size());
    const double seconds = plan.seconds.value_or(base_seconds + seconds_per_item * count);
    const double whole_ms = seconds * 1000 / in.speed;
    if (plan.ends == run_plan::end::stuck && plan.stuck_in == "pending")
        return;
    starts_at_ = plus_ms(created_at, whole_ms * waiting_share);
    if (items_.empty()) {
        ends_at_ = starts_at_;
        end_status_ = "failed";
        end_error_ = "no traces matched the scope";
        return;
    }
    ms_per_item_ = whole_ms * (1 - waiting_share) / count;
    items_at_end_ = items_.size();
    switch (plan.ends) {
    case run_plan::end::failed:
        items_at_end_ = items_.size() / 2;
        end_status_ = "failed";
        end_error_ = plan.error.value_or("the LLM judge timed out");
        break;
    case run_plan::end::cancelled:
        items_at_end_ = items_.size() / 2;
        end_status_ = "cancelled";
        break;
    case run_plan::end::stuck: items_at_end_ = items_.size() / 2; return;
    default: break;
    }
    ends_at_ = plus_ms(*starts_at_, ms_per_item_ * static_cast<double>(items_at_end_));
}

std::size_t staso_run::items_judged_by(instant when) const {
    if (!starts_at_ || when < *starts_at_)
        return 0;
    const double ms = static_cast<double>((when - *starts_at_).count());
    return ms_per_item_ <= 0 ? items_at_end_ : std::min(items_at_end_, static_cast<std::size_t>(ms / ms_per_item_));
}

staso_run::view staso_run::at(instant now) const {
    view seen;
    if (ends_at_ && now >= *ends_at_) {
        seen.status = plan_.final_status.value_or(end_status_);
        seen.terminal = true;
        seen.items_done = items_at_end_;
        seen.finished_at = ends_at_;
        seen.error = end_error_;
        if (starts_at_ && *starts_at_ <= *ends_at_)
            seen.started_at = starts_at_;
        return seen;
    }
    const bool running = starts_at_ && now >= *starts_at_;
    seen.status = plan_.live_status.value_or(running ? "running" : "pending");
    if (running) {
        seen.started_at = starts_at_;
        seen.items_done = items_judged_by(now);
    }
    return seen;
}

bool staso_run::cancel(instant now) {
    if (ends_at_ && now >= *ends_at_)
        return false;
    if (plan_.ignores_cancel)
        return true;
    const bool running = starts_at_ && now >= *starts_at_;
    if (!running) {
        items_at_end_ = 0;
        ends_at_ = now;
    } else if (plan_.ends == run_plan::end::stuck) {
        items_at_end_ = items_judged_by(now);
        ends_at_ = now;
    } else {
        const std::size_t finished = items_judged_by(now) + 1;
        if (finished >= items_at_end_)
            return true; // it was on its last trace, and ends as it would have
        items_at_end_ = finished;
        ends_at_ = plus_ms(*starts_at_, ms_per_item_ * static_cast<double>(finished));
    }
    end_status_ = "cancelled";
    end_error_.reset();
    return true;
}

const judgement& staso_run::judgement_of(std::size_t verdict) {
    while (judgements_.size() <= verdict) {
        const std::size_t next = judgements_.size();
        judgements_.push_back(judge(rule_of(next), item_of(next), seed_, spec_.agent_version.value_or("")));
    }
    return judgements_[verdict];
}

instant staso_run::judged_at(std::size_t verdict) const {
    const auto nth = static_cast<double>(verdict / spec_.rules.size() + 1);
    return plus_ms(starts_at_.value_or(created_at_), ms_per_item_ * nth);
}

staso_run& staso_run_store::add(std::unique_ptr<staso_run> run) {
    in_order_.push_back(run.get());
    return *by_id_.emplace(run->id(), std::move(run)).first->second;
}

staso_run* staso_run_store::find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second.get();
}

} // namespace evalbridge::sandbox
