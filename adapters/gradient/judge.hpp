#pragma once
// Whether a metric's value passed, its score and its name: joins what was read with the dictionary, the vendor's
// catalogue and the test case. The vendor gives no verdict per metric.

#include "adapters/gradient/catalogue.hpp"
#include "mapping/judgement.hpp"
#include "mapping/metric_dictionary.hpp"
#include "mapping/run.hpp"
#include "mapping/run_result.hpp"

#include <deque>
#include <memory>

namespace evalbridge::gradient {

/// For one answer, on its shard.
class judge {
  public:
    /// Without `metrics` and `which_case` the dictionary alone judges. Both are shared with the cache they come from,
    /// which may replace them while an answer is still being put together.
    judge(const metric_dictionary& dictionary, std::shared_ptr<const metric_catalogue> metrics,
          std::shared_ptr<const test_case> which_case, bool test_case_unread);

    /// Whether something that may hold a threshold could not be read, so that what is undecided may have passed or
    /// failed.
    bool incomplete() const { return test_case_unread_ || !metrics_; }

    void complete(measurement& m) const;
    void complete(run_result& r) const;
    /// Run-level metrics, the star metric and the list of metrics.
    void complete(run& r) const;

  private:
    /// What there is to know of a metric; a page names the same few over and over.
    struct known_metric {
        std::string native_name;
        std::optional<std::string> native_id;
        const metric_info* entry = nullptr;
        const metric_definition* definition = nullptr;
        metric_traits traits;
    };
    const known_metric& look_up(const metric_ref& metric) const;
    const metric_info* listed(const metric_ref& metric) const;
    const star_setting* star() const;
    std::optional<star_threshold> threshold_for(const metric_ref& metric, const metric_info* listed,
                                                const metric_traits& traits, value_type type) const;
    metric_ref named(metric_ref metric) const;
    void complete_star(run& r) const;
    void list_metrics(run& r) const;

    const metric_dictionary* dictionary_;
    std::shared_ptr<const metric_catalogue> metrics_;
    std::shared_ptr<const test_case> case_;
    bool test_case_unread_;
    mutable std::deque<known_metric> known_;
};

/// A catalogue entry as a client sees it: canonical name, and the dictionary's traits where it has them.
metric_info join(metric_info entry, const metric_dictionary& dictionary, std::string_view provider);

} // namespace evalbridge::gradient
