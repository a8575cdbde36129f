#pragma once
// The sandboxed Staso: its routes over its runs.

#include "sandbox/staso_runs.hpp"
#include "sandbox/vendor.hpp"

namespace evalbridge::sandbox {

class staso_vendor final : public vendor {
  public:
    explicit staso_vendor(world& in);

    const router& routes() const override { return routes_; }
    vendor_scenario& current() override { return world_.current.staso; }
    std::optional<reply> refuse(const request& asked) override;
    reply error(int status, const std::string& message) override;
    void tell_rate(const rate_verdict& verdict, reply& what) const override;
    std::vector<started_run> started() const override;
    void add_samples(boost::json::object& samples) const override;

  private:
    reply create(const request& asked, bool backfill);
    reply list(const request& asked);
    reply get(const std::string& id);
    reply cancel(const std::string& id);
    reply verdicts(const request& asked, const std::string& id);
    reply summary(const std::string& id);
    reply unknown_run() { return error(404, "Run not found"); }
    staso_run& start(staso_spec spec, const run_plan& plan, instant created_at);

    world& world_;
    std::string api_key_;
    staso_run_store runs_;
    std::uint64_t created_ = 0;
    std::string finished_run_id_;
    router routes_;
};

} // namespace evalbridge::sandbox
