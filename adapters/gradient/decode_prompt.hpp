#pragma once
// APIEvaluationPrompt.

#include "adapters/gradient/decode.hpp"
#include "mapping/json_reader.hpp"

namespace evalbridge::gradient {

run_result read_prompt(json_reader& in, const run_identity& which, const prompt_options& options);

} // namespace evalbridge::gradient
