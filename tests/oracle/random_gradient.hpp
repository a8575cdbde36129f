#pragma once
// Gradient's answers at random, in the shapes that adapters/gradient/README.md allows.

#include "tests/oracle/random_json.hpp"

#include <cstdint>
#include <optional>

namespace evalbridge::oracle::gradient {

/// A run; bare, as `evaluation_run` holds it.
std::string random_run(random_json& any, const std::string& id, const std::string& status);
std::string random_prompt(random_json& any, std::uint64_t id);
std::string random_catalogue(random_json& any); ///< the list
/// With the metrics of a catalogue, and a star metric among them.
std::string random_test_case(random_json& any);
std::string random_status(random_json& any);
/// All of these in one object, so that every decoder finds something, and the prompts are judged.
std::string random_answer(random_json& any);

} // namespace evalbridge::oracle::gradient
