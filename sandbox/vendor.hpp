#pragma once
// One sandboxed vendor, as the port that serves it sees it.

#include "sandbox/router.hpp"
#include "sandbox/scenario.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace evalbridge::sandbox {

class vendor {
  public:
    virtual ~vendor() = default;
    virtual const router& routes() const = 0;
    /// This vendor's part of the current scenario.
    virtual vendor_scenario& current() = 0;
    /// The refusal, where the request brings no credential that works.
    virtual std::optional<reply> refuse(const request& asked) = 0;
    /// An error in this vendor's shape.
    virtual reply error(int status, const std::string& message) = 0;
    /// What this vendor tells about its limits on every answer.
    virtual void tell_rate(const rate_verdict& verdict, reply& what) const = 0;
    /// Ids that work here, for the ready line.
    virtual void add_samples(boost::json::object& samples) const = 0;
};

} // namespace evalbridge::sandbox
