#pragma once
// A document from a text, in an environment that the tests know.

#include "config/node.hpp"

#include <optional>
#include <string>
#include <vector>

namespace evalbridge::testing {

inline std::vector<std::string> lines(const config::document& d) {
    std::vector<std::string> out;
    for (const auto& each : d.finish())
        out.push_back(config::to_string(each));
    return out;
}

inline std::optional<std::string> test_environment(const std::string& name) {
    if (name == "TOKEN")
        return "s3cret";
    if (name == "EMPTY")
        return "";
    if (name == "TWO_LINES")
        return "one\nX-Admin: yes";
    return {};
}

inline config::document parse(std::string text) {
    return config::document::parse(std::move(text), "c.yaml", test_environment);
}

} // namespace evalbridge::testing
