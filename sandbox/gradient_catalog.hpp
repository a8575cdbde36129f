#pragma once
// What the sandboxed Gradient has in store before any run: metrics, agents and test cases.

#include "sandbox/traces.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::sandbox {

/// How a metric's values look.
enum class scale {
    number,         ///< anywhere in the range
    all_or_nothing, ///< either end of the range
    yes_no,         ///< "yes" or "no" on a prompt, the share of "yes" on a run
    label           ///< a word, on a run the most frequent one
};

struct gradient_metric {
    std::string uuid;
    std::string name;
    std::string description;
    std::string category;   ///< without METRIC_CATEGORY_
    std::string type;       ///< without METRIC_TYPE_
    std::string value_type; ///< without METRIC_VALUE_TYPE_
    scale values = scale::number;
    double range_max = 100; ///< every range begins at 0; 0 where there is none
    bool inverted = false;
    bool is_goal = false;
    bool needs_context = false; ///< is skipped on a prompt without retrieved chunks
    bool needs_truth = false;   ///< is skipped on a prompt without a ground truth
};

struct gradient_agent {
    std::string uuid;
    std::string name;
    std::string deployment; ///< empty: none
    std::string version_hash;
    double skill = 0.8; ///< 0..1, around which its values lie
};

struct test_case {
    std::string uuid;
    std::string name;
    std::string description;
    std::vector<const gradient_metric*> metrics;
    const gradient_metric* star = nullptr;
    /// Of version 1, 2, …; nothing for a star metric that takes none.
    std::vector<std::optional<float>> thresholds;
    std::vector<item> prompts;
    std::int64_t first_prompt_id = 0;
    std::int64_t prompt_id_step = 1;
    bool scores_partly = false; ///< its last prompts can't be scored, so its runs are PARTIALLY_SUCCESSFUL

    std::int64_t latest_version() const { return static_cast<std::int64_t>(thresholds.size()); }
    std::int64_t prompt_id(std::size_t index) const {
        return first_prompt_id + prompt_id_step * static_cast<std::int64_t>(index);
    }
    std::optional<std::size_t> index_of(std::int64_t prompt_id) const;
};

class gradient_catalog {
  public:
    gradient_catalog(std::uint64_t seed, const trace_store& traces);

    const std::vector<gradient_metric>& metrics() const { return metrics_; }
    const std::vector<gradient_agent>& agents() const { return agents_; }
    /// Without the synthetic ones.
    const std::vector<const test_case*>& listed() const { return listed_; }
    const std::string& workspace_uuid() const { return workspace_uuid_; }
    const std::string& index_uuid() const { return index_uuid_; }

    /// Null for an unknown uuid; "synthetic-500x3" makes a test case of 500 prompts and 3 metrics when first asked for.
    const test_case* find_test_case(std::string_view uuid);
    const gradient_agent* find_agent(std::string_view uuid) const;
    const gradient_agent* find_deployment(std::string_view name) const;

  private:
    const gradient_metric* metric(std::string_view name) const;
    void add(test_case made);

    const trace_store& traces_;
    std::string workspace_uuid_;
    std::string index_uuid_;
    std::vector<gradient_metric> metrics_;
    std::vector<gradient_agent> agents_;
    std::deque<test_case> test_cases_; ///< runs point into it, so it must not move
    std::vector<const test_case*> listed_;
};

} // namespace evalbridge::sandbox
