#pragma once
// What answers on one port: the vendor behind its faults, limits and credentials, and the sandbox's own routes beside.

#include "sandbox/fault.hpp"
#include "sandbox/peaks.hpp"
#include "sandbox/vendor.hpp"
#include "sandbox/world.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge::sandbox {

class port_service {
  public:
    port_service(world& in, vendor& of) : world_(in), vendor_(of) {}

    answer serve(const request& asked);
    /// For bytes that are no request.
    answer refuse_garbage();
    /// Throws scenario_error for a rule about a route that this vendor doesn't have; `path` is where the rules are.
    void check(const std::vector<fault_rule>& rules, const std::string& path) const;
    /// To be called after the scenario has changed: faults start counting anew.
    void reload();

    /// Requests to the vendor by "METHOD /route/{template}"; what matched no route counts as "METHOD unmatched".
    const std::map<std::string, std::uint64_t>& calls() const { return calls_; }
    /// Every run that the vendor has, in the order they were started.
    std::vector<started_run> started() const { return vendor_.started(); }
    /// The most requests in any minute and in any hour, whoever sent them.
    std::uint64_t peak_minute() const { return minute_.peak(); }
    std::uint64_t peak_hour() const { return hour_.peak(); }
    /// Forgets the counts, the peaks and what the rate limits have counted.
    void reset();

  private:
    reply vendor_reply(const request& asked, const router::match& found, const rate_verdict& rate);
    rate_verdict take_rate(const request& asked);

    world& world_;
    vendor& vendor_;
    std::optional<fault_book> faults_;
    std::map<std::string, std::uint64_t> calls_;
    peak_window minute_{std::chrono::minutes(1)};
    peak_window hour_{std::chrono::hours(1)};
    rate_window known_;     ///< of the credential that works
    rate_window strangers_; ///< of all others together
};

} // namespace evalbridge::sandbox
