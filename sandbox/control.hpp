#pragma once
// The sandbox's own routes, /__sandbox/…, the same on both ports and without a credential: tests steer and inspect
// the sandbox with them.

#include "sandbox/port_service.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <string>

namespace evalbridge::sandbox {

class control {
  public:
    /// `samples` are those of the ready line; `tls` is whether the ports speak it. `adopted` is called whenever another
    /// scenario has come into force.
    control(world& in, port_service& staso, port_service& gradient, boost::json::object samples, bool tls,
            std::function<void()> adopted);

    /// Puts a scenario in force on both ports. Throws scenario_error, and then the old one stays.
    void adopt(const std::string& scenario_text);

    static bool is_for(const request& asked) { return !asked.segments.empty() && asked.segments[0] == "__sandbox"; }
    /// `port` is the one that was asked.
    answer serve(const request& asked, port_service& port);

  private:
    void check_tls(const vendor_scenario& read, const std::string& path) const;
    reply reply_to(const request& asked, port_service& port);
    reply runs_of(const request& asked, const port_service& port);
    reply set_scenario(const std::string& text);
    reply advance(const std::string& text);

    world& world_;
    port_service& staso_;
    port_service& gradient_;
    boost::json::object samples_;
    bool tls_;
    std::function<void()> adopted_;
};

} // namespace evalbridge::sandbox
