#pragma once
// The rate budgets of all providers, as the gateways on one store share them: what this one has used, for the others,
// and theirs for its own budgets. For the thread of `membership`; budgets are everybody's.

#include "base/clock.hpp"
#include "store/rates.hpp"
#include "upstream/policy/rate_budget.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace evalbridge {

/// How often replicas tell each other what they have used.
inline constexpr std::chrono::seconds budget_exchange{1};

class shared_budgets {
  public:
    /// By a name that is the same wherever the same credential is: see `budget_name`. The budgets outlive it.
    explicit shared_budgets(std::map<std::string, rate_budget*> budgets) : budgets_(std::move(budgets)) {}

    /// What the others don't know yet, or would soon take for gone.
    std::vector<rate_use> to_report(time_point now);
    /// That was told, and this is what the others have used.
    struct company {
        std::size_t replicas = 1;
        std::size_t place = 0; ///< of this one among them
    };
    void take(const std::vector<rate_use>& others, company with, time_point now,
              std::chrono::system_clock::time_point wall);

  private:
    struct told {
        rate_use use;
        time_point at{};
    };
    const std::map<std::string, rate_budget*> budgets_;
    std::map<std::string, told> told_;
    std::map<std::string, told> telling_; ///< not known to have been heard
};

/// Names a provider's budget; gives the credential away to nobody.
std::string budget_name(std::string_view provider, const std::vector<credential>& credentials);

} // namespace evalbridge
