#pragma once
// Reads the body of a create the way a pydantic model would, and complains the way FastAPI does.

#include "sandbox/staso_runs.hpp"

#include <boost/json/array.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge::sandbox {

/// FastAPI's list of what is wrong: {"type", "loc", "msg", "input"} each.
class complaints {
  public:
    using place = std::initializer_list<boost::json::value>;
    void add(std::string_view type, place where, std::string_view message, const boost::json::value& input = nullptr);
    bool empty() const { return list_.empty(); }
    /// {"detail": [...]}
    boost::json::value body() const;

  private:
    boost::json::array list_;
};

/// Nothing, and complaints, for a body that isn't a valid create. `rules_key` is the name of the custom rules' member.
std::optional<staso_spec> read_create(std::string_view body, const std::string& rules_key,
                                      const staso_run_store& known_runs, complaints& wrong);

} // namespace evalbridge::sandbox
