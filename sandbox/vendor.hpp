#pragma once
// One sandboxed vendor, as the port that serves it sees it.

#include "sandbox/router.hpp"
#include "sandbox/scenario.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::sandbox {

/// A run that the vendor started, whoever was told. Points into the vendor's runs.
struct started_run {
    std::string_view id;
    std::string_view name;
    instant at;
};

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
    /// Every run, in the order they were started.
    virtual std::vector<started_run> started() const = 0;
    /// Ids that work here, for the ready line.
    virtual void add_samples(boost::json::object& samples) const = 0;
};

} // namespace evalbridge::sandbox
