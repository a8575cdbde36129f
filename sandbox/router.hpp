#pragma once
// A vendor's routes as a table, with templates as its pages write them: /v1/eval/runs/{run_id}.

#include "sandbox/http.hpp"

#include <functional>
#include <string>
#include <vector>

namespace evalbridge::sandbox {

/// What the template's {…} stood for, in order.
using captures = std::vector<std::string>;
using handler = std::function<reply(const request&, const captures&)>;

class router {
  public:
    struct route {
        std::string method;
        std::string path;                  ///< the template
        std::vector<std::string> segments; ///< of the template
        handler handle;
        std::string key() const { return method + " " + path; }
    };
    struct match {
        const route* found = nullptr;
        captures values;
        std::string allowed; ///< methods of the path, where only the method didn't match; empty: no such path
    };

    void add(std::string method, std::string path, handler handle);
    match find(const request& wanted) const;
    bool has(std::string_view path) const;

  private:
    std::vector<route> routes_;
};

} // namespace evalbridge::sandbox
