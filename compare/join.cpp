#include "compare/join.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>
#include <span>
#include <tuple>

namespace evalbridge {
namespace {

bool is_named(const run_metric& metric, std::string_view name) {
    const auto& m = metric.metric;
    return equal_folded(name, m.name) || equal_folded(name, m.native_name) ||
           (m.native_id && std::string_view(*m.native_id) == name);
}

bool is_named_by_any(const run_metric& metric, const std::vector<std::string>& names) {
    return std::ranges::any_of(names, [&](const auto& name) { return is_named(metric, name); });
}

constexpr std::uint32_t not_compared = (1u << 30) - 1;

/// Puts the comparison's metrics in place of the run's own; rows of others go.
void renumber(std::vector<judged_row>& rows, const std::vector<metric_match>& metrics,
              std::optional<std::uint32_t> metric_match::* side) {
    std::uint32_t size = 0;
    for (const auto& each : metrics)
        if (const auto& own = each.*side)
            size = std::max(size, *own + 1);
    std::vector<std::uint32_t> to(size, not_compared);
    for (std::uint32_t i = 0; i < metrics.size(); ++i)
        if (const auto& own = metrics[i].*side)
            to[*own] = i;
    std::erase_if(rows, [&](const judged_row& row) { return row.metric >= size || to[row.metric] == not_compared; });
    for (auto& row : rows)
        row.metric = to[row.metric];
}

void sort(std::vector<judged_row>& rows) {
    std::ranges::sort(rows, [](const judged_row& x, const judged_row& y) {
        if (x.item != y.item)
            return x.item < y.item;
        return x.metric != y.metric ? x.metric < y.metric : x.position < y.position;
    });
}

using rows_view = std::span<const judged_row>;

/// The rows at the front that `same` as the first holds of; none of an empty view.
template <class Same> rows_view front_while(rows_view rows, Same same) {
    std::size_t size = 0;
    while (size < rows.size() && same(rows[size]))
        ++size;
    return rows.first(size);
}

class merge {
  public:
    explicit merge(std::size_t metrics) { out_.metrics.resize(metrics); }

    joined_runs of(rows_view a, rows_view b) && {
        while (!a.empty() || !b.empty()) {
            const auto item =
                b.empty() || (!a.empty() && a.front().item < b.front().item) ? a.front().item : b.front().item;
            const auto is_it = [&](const judged_row& row) { return row.item == item; };
            const auto in_a = front_while(a, is_it);
            const auto in_b = front_while(b, is_it);
            ++(in_b.empty() ? out_.items.only_a : in_a.empty() ? out_.items.only_b : out_.items.both);
            take_item(in_a, in_b);
            a = a.subspan(in_a.size());
            b = b.subspan(in_b.size());
        }
        std::ranges::sort(out_.flips, [](const flip& x, const flip& y) {
            return x.regression != y.regression ? x.regression : x.a < y.a;
        });
        return std::move(out_);
    }

  private:
    void take_item(rows_view a, rows_view b) {
        while (!a.empty() || !b.empty()) {
            const auto metric =
                b.empty() || (!a.empty() && a.front().metric < b.front().metric) ? a.front().metric : b.front().metric;
            const auto is_it = [&](const judged_row& row) { return row.metric == metric; };
            const auto in_a = front_while(a, is_it);
            const auto in_b = front_while(b, is_it);
            take_verdicts(metric, in_a, in_b);
            a = a.subspan(in_a.size());
            b = b.subspan(in_b.size());
        }
    }

    void take_verdicts(std::uint32_t metric, rows_view a, rows_view b) {
        auto& coverage = out_.metrics[metric].coverage;
        if (b.empty()) {
            coverage.only_a += a.size();
        } else if (a.empty()) {
            coverage.only_b += b.size();
        } else if (a.size() != b.size()) {
            coverage.ambiguous_a += a.size();
            coverage.ambiguous_b += b.size();
        } else {
            coverage.pairs += a.size();
            for (std::size_t i = 0; i < a.size(); ++i)
                take_pair(metric, a[i], b[i]);
        }
    }

    void take_pair(std::uint32_t metric, const judged_row& a, const judged_row& b) {
        auto& into = out_.metrics[metric];
        if (a.has_score() && b.has_score())
            into.scores.push_back({a.score, b.score});
        if (a.is_decided() && b.has_score())
            into.judged.push_back({b.score, a.passed()});
        if (!a.is_decided() || !b.is_decided())
            return;
        into.table.add(a.passed(), b.passed());
        if (a.passed() == b.passed())
            return;
        out_.flips.push_back({a.item, a.position, b.position, metric, a.passed()});
        out_.regressions += a.passed() ? 1 : 0;
    }

    joined_runs out_;
};

} // namespace

std::vector<metric_match> match_metrics(const std::vector<run_metric>& a, const std::vector<run_metric>& b,
                                        const std::vector<std::string>& wanted) {
    std::unordered_map<std::string, std::uint32_t> in_b;
    for (std::uint32_t i = 0; i < b.size(); ++i)
        in_b.emplace(folded_name(b[i].metric.name), i);
    std::vector<metric_match> out;
    std::vector<bool> met(b.size(), false);
    for (std::uint32_t i = 0; i < a.size(); ++i) {
        metric_match match;
        match.a = i;
        if (const auto at = in_b.find(folded_name(a[i].metric.name)); at != in_b.end()) {
            match.b = at->second;
            met[at->second] = true;
        }
        out.push_back(match);
    }
    for (std::uint32_t i = 0; i < b.size(); ++i) {
        metric_match match;
        match.b = i;
        if (!met[i])
            out.push_back(match);
    }
    if (wanted.empty())
        return out;
    std::erase_if(out, [&](const metric_match& match) {
        const bool by_a = match.a && is_named_by_any(a[*match.a], wanted);
        return !by_a && !(match.b && is_named_by_any(b[*match.b], wanted));
    });
    return out;
}

std::vector<std::string> names_of_none(const std::vector<run_metric>& a, const std::vector<run_metric>& b,
                                       const std::vector<std::string>& wanted) {
    std::vector<std::string> out;
    for (const auto& name : wanted) {
        const auto names_it = [&](const run_metric& metric) { return is_named(metric, name); };
        if (std::ranges::none_of(a, names_it) && std::ranges::none_of(b, names_it))
            out.push_back(name);
    }
    return out;
}

joined_runs join(const std::vector<metric_match>& metrics, std::vector<judged_row> a, std::vector<judged_row> b) {
    renumber(a, metrics, &metric_match::a);
    renumber(b, metrics, &metric_match::b);
    sort(a);
    sort(b);
    return merge(metrics.size()).of(a, b);
}

} // namespace evalbridge
