#pragma once
// The runs of the sandboxed Staso. Nothing happens in the background: what a run looks like follows from when it was
// started, its plan and the time now.

#include "sandbox/rules.hpp"
#include "sandbox/world.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge::sandbox {

/// A create that was found valid.
struct staso_spec {
    boost::json::object scope; ///< normalised: a flat time range has moved under time_range
    std::vector<const rule*> rules;
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> agent_version;
    std::optional<std::string> compare_with;
    std::string trigger = "on_demand";
};

/// The traces a scope means, sampled where it says so, in the order they are judged.
std::vector<item> select(const boost::json::object& scope, const trace_store& traces);

class staso_run {
  public:
    struct view {
        std::string status;
        bool terminal = false;
        std::size_t items_done = 0;
        std::optional<instant> started_at;
        std::optional<instant> finished_at;
        std::optional<std::string> error;
    };

    staso_run(std::string id, staso_spec spec, std::vector<item> items, const run_plan& plan, const world& in,
              instant created_at);

    const std::string& id() const { return id_; }
    const staso_spec& spec() const { return spec_; }
    instant created_at() const { return created_at_; }
    std::size_t item_count() const { return items_.size(); }
    view at(instant now) const;
    /// Ends the run after the trace it is on; false if it has ended already.
    bool cancel(instant now);

    /// Verdicts are numbered trace by trace, and within a trace in the order the rules were asked for.
    std::size_t verdicts_done(const view& now) const { return now.items_done * spec_.rules.size(); }
    const rule& rule_of(std::size_t verdict) const { return *spec_.rules[verdict % spec_.rules.size()]; }
    const item& item_of(std::size_t verdict) const { return items_[verdict / spec_.rules.size()]; }
    /// Judged once, when first asked for.
    const judgement& judgement_of(std::size_t verdict);
    instant judged_at(std::size_t verdict) const;

  private:
    std::size_t items_judged_by(instant when) const;

    std::string id_;
    staso_spec spec_;
    std::vector<item> items_;
    run_plan plan_;
    std::uint64_t seed_;
    instant created_at_;
    std::optional<instant> starts_at_; ///< nothing: it never does
    double ms_per_item_ = 1;
    std::optional<instant> ends_at_; ///< nothing: it never does
    std::string end_status_ = "completed";
    std::size_t items_at_end_ = 0;
    std::optional<std::string> end_error_;
    std::vector<judgement> judgements_;
};

/// Every run by id, and the order they were started in.
class staso_run_store {
  public:
    staso_run& add(std::unique_ptr<staso_run> run);
    /// Null for an unknown id.
    staso_run* find(std::string_view id) const;
    const std::vector<staso_run*>& newest_last() const { return in_order_; }

  private:
    std::map<std::string, std::unique_ptr<staso_run>, std::less<>> by_id_;
    std::vector<staso_run*> in_order_;
};

} // namespace evalbridge::sandbox
