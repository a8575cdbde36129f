#pragma once
// The runs of the sandboxed Gradient. As with Staso's, everything follows from the start, the plan and the time now.

#include "sandbox/gradient_catalog.hpp"
#include "sandbox/world.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge::sandbox {

/// One metric on one prompt, or on a run.
struct measured {
    enum class state { completed, failed, skipped };
    const gradient_metric* metric = nullptr;
    state status = state::completed;
    std::optional<double> number;
    std::optional<std::string> text;
    std::string reasoning;
    std::string error; ///< why it failed or was skipped
};

class gradient_run {
  public:
    struct identity {
        std::string uuid;
        std::string name;
        const test_case* of = nullptr;
        const gradient_agent* agent = nullptr;
        std::string deployment; ///< empty for a run started by agent uuid
        std::int64_t test_case_version = 1;
    };
    struct view {
        std::string status; ///< as on the wire
        bool terminal = false;
        std::size_t answered = 0;  ///< prompts that have an output
        std::size_t evaluated = 0; ///< prompts that have metric results
        std::optional<instant> started_at;
        std::optional<instant> finished_at;
        std::optional<std::string> error;
    };

    gradient_run(identity who, const run_plan& plan, const world& in, instant queued_at);

    const identity& who() const { return who_; }
    instant queued_at() const { return queued_at_; }
    view at(instant now) const;
    measured measure(const gradient_metric& metric, std::size_t prompt) const;
    /// Averages over the first `evaluated` prompts.
    const std::vector<measured>& run_level(std::size_t evaluated) const;
    const measured& star_result(std::size_t evaluated) const;
    /// By the star metric; nothing where it takes no threshold or has no value.
    std::optional<bool> passes(std::size_t evaluated) const;
    std::optional<float> threshold() const {
        return who_.of->thresholds[static_cast<std::size_t>(who_.test_case_version - 1)];
    }

  private:
    measured run_level(const gradient_metric& metric, std::size_t evaluated) const;
    std::size_t share_done(instant from, instant to, instant now) const;

    identity who_;
    run_plan plan_;
    std::uint64_t seed_;
    bool partly_;
    instant queued_at_;
    instant starts_at_;
    instant evaluates_at_;
    std::optional<instant> cancels_at_;
    std::optional<instant> ends_at_;
    // The averages that were last asked for: reading a finished run again and again is the common case.
    mutable std::optional<std::size_t> averaged_;
    mutable std::vector<measured> averages_;
};

class gradient_run_store {
  public:
    gradient_run& add(std::unique_ptr<gradient_run> run);
    /// Null for an unknown uuid.
    const gradient_run* find(std::string_view uuid) const;
    std::vector<const gradient_run*> of(const test_case& which) const;
    const std::vector<const gradient_run*>& newest_last() const { return in_order_; }

  private:
    std::map<std::string, std::unique_ptr<gradient_run>, std::less<>> by_uuid_;
    std::vector<const gradient_run*> in_order_;
};

} // namespace evalbridge::sandbox
