#pragma once
// A prompt's trace spans. Two shapes meet here: the evaluated spans of a prompt, which carry retrieved chunks and
// metric results, and under them plain trace spans, whose children hang in their `agent` or `workflow` object.

#include "adapters/gradient/decode.hpp"
#include "mapping/json_reader.hpp"
#include "mapping/json_writer.hpp"

namespace evalbridge::gradient {

/// Flattens spans depth first, parents before children. Depth and number are capped, since both are the vendor's: what
/// is beyond is left out and `left_out()` says so.
class span_reader {
  public:
    explicit span_reader(const prompt_options& options) : options_(options) {}

    /// The list of a prompt's top-level spans.
    void read(json_reader& list) { read_list(list, {}, 1); }

    bool left_out() const { return left_out_; }
    std::vector<trace_span> take_spans() { return std::move(spans_); }
    /// The spans' metric results, in order of the spans, without ids. Take them before the spans.
    std::vector<verdict> take_verdicts();

  private:
    void read_list(json_reader& list, std::optional<std::uint32_t> parent, std::uint32_t depth);
    void read_span(json_reader& in, std::optional<std::uint32_t> parent, std::uint32_t depth);
    /// False for a member that is neither a span's own nor its children.
    bool read_own(std::string_view name, json_reader& member, std::uint32_t index);
    void read_further(std::string_view name, json_reader& member, json_writer& attributes, std::uint32_t index,
                      std::uint32_t depth);

    const prompt_options& options_;
    std::vector<trace_span> spans_;
    std::vector<std::vector<verdict>> verdicts_; ///< of each span: its children's may be met before its own
    std::size_t results_ = 0;                    ///< metric results of all spans
    bool left_out_ = false;
};

} // namespace evalbridge::gradient
