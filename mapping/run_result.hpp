#pragma once
// One judged item (a trace, a prompt) with everything measured on it. The API's word is `result`; in code it is
// run_result, since result<T> is what a function returns.

#include "mapping/verdict.hpp"

namespace evalbridge {

/// A retrieved passage that the item, or a span of it, was given.
struct chunk {
    std::optional<model_text> text;
    std::optional<model_text> source;
    std::optional<model_text> index_id;
    std::optional<bool> used;
    std::optional<double> usage; ///< as the vendor gave it; its scale isn't documented
};

/// A step of the item's trace. `input` and `output` are any JSON, kept byte-true and validated.
struct trace_span {
    std::uint32_t index = 0; ///< position in a depth-first walk, parents before children
    std::optional<std::uint32_t> parent;
    std::optional<model_text> name;
    std::optional<model_text> type;
    std::optional<timestamp> created_at;
    std::optional<model_text> input;
    std::optional<model_text> output;
    std::vector<chunk> chunks;
    std::optional<model_text> attributes; ///< the vendor's further members as one JSON object
};

struct token_counts {
    std::optional<std::uint64_t> input;
    std::optional<std::uint64_t> output;
};

struct run_result {
    model_text id;
    model_text run_id;
    std::optional<model_text> trace_id;
    std::optional<model_text> prompt_id;
    std::optional<model_text> input;
    std::optional<model_text> output;
    std::optional<model_text> expected;
    token_counts tokens;
    std::vector<chunk> chunks;
    std::optional<std::vector<trace_span>> spans; ///< only when asked for
    std::vector<verdict> verdicts;                ///< the item's, and its spans' too when spans were asked for
    mapping_notes mapping;
    std::optional<model_text> raw;
};

} // namespace evalbridge
