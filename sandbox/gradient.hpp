#pragma once
// The sandboxed Gradient: its routes over its catalogue and runs.

#include "sandbox/gradient_json.hpp"
#include "sandbox/vendor.hpp"

#include <optional>
#include <string>
#include <utility>

namespace evalbridge::sandbox {

class gradient_vendor final : public vendor {
  public:
    explicit gradient_vendor(world& in);
    /// Where it is served, for the absolute links in its pages.
    void set_base_url(std::string base) { base_url_ = std::move(base); }

    const router& routes() const override { return routes_; }
    vendor_scenario& current() override { return world_.current.gradient; }
    std::optional<reply> refuse(const request& asked) override;
    reply error(int status, const std::string& message) override;
    void tell_rate(const rate_verdict& verdict, reply& what) const override;
    std::vector<started_run> started() const override;
    void add_samples(boost::json::object& samples) const override;

  private:
    reply create(const request& asked);
    reply get(const std::string& run_uuid);
    reply results(const request& asked, const std::string& run_uuid);
    reply prompt(const std::string& run_uuid, const std::string& prompt_id);
    reply metrics();
    reply test_cases(const request& asked, const std::string& workspace);
    reply test_case_of(const request& asked, const std::string& uuid);
    reply runs_of(const request& asked, const std::string& uuid);
    reply not_found() { return error(404, "The resource you were accessing could not be found."); }
    /// The version asked for, or the latest; nothing for one that doesn't exist.
    std::optional<std::int64_t> version_of(const request& asked, const test_case& what) const;
    gradient_run& start(const test_case& of, const gradient_agent& agent, std::string deployment,
                        const std::string& name, const run_plan& plan, instant queued_at);
    gradient_shape shape() const { return {world_.current.gradient, catalog_, world_.traces}; }

    world& world_;
    std::string token_;
    std::string base_url_;
    gradient_catalog catalog_;
    gradient_run_store runs_;
    std::uint64_t created_ = 0;
    std::uint64_t errors_ = 0;
    std::string finished_run_uuid_;
    router routes_;
};

} // namespace evalbridge::sandbox
