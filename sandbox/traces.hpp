#pragma once
// The agent traces that both sandboxed vendors evaluate: the bundled ones, and on request as many more as a name asks
// for ("synthetic-5000"), which repeat the bundled ones under ids of their own.

#include "sandbox/sandbox_clock.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::sandbox {

struct span {
    std::string kind; ///< llm, tool, retriever
    std::string name;
    std::string status; ///< ok, error, timeout
};

struct trace {
    std::string trace_id;
    std::string session_id;
    std::string agent_id;
    std::string agent_version; ///< empty for an agent that sets none
    std::string status;        ///< ok, error, timeout
    instant started_at;
    long duration_ms = 0;
    long input_tokens = 0;
    long output_tokens = 0;
    std::string input;
    std::string output;
    std::string expected; ///< empty where nobody wrote one down
    std::vector<span> spans;
    std::vector<std::size_t> documents; ///< what the retriever found, by index
    std::vector<std::string> files;     ///< of an agent run; empty for any other trace

    long total_tokens() const { return input_tokens + output_tokens; }
};

struct document {
    std::string source;
    std::string text;
};

struct dataset {
    std::string dataset_id;
    std::string name;
    bool of_agent_runs = false;
    std::vector<std::string> trace_ids;
};

/// A trace as one item of a run: synthetic items share a trace, but not its id.
struct item {
    std::string trace_id;
    const trace* body = nullptr;
};

/// What "synthetic-500" or "synthetic-500x3" asks for: so many items, with so many metrics each.
struct synthetic_size {
    std::size_t items = 0;
    std::optional<std::size_t> metrics;
};
/// At most 200,000 items; nothing for any other name.
std::optional<synthetic_size> read_synthetic(std::string_view name);

class trace_store {
  public:
    /// Reads the bundled document; throws std::runtime_error if the build embedded a broken one.
    trace_store();

    const std::vector<trace>& all() const { return traces_; }
    const std::vector<document>& documents() const { return documents_; }
    const std::vector<dataset>& datasets() const { return datasets_; }
    /// Null for an unknown id.
    const trace* find(std::string_view trace_id) const;
    const dataset* find_dataset(std::string_view dataset_id) const;
    /// `count` items, the same for the same name every time.
    std::vector<item> synthetic(std::string_view name, std::size_t count) const;

  private:
    std::vector<document> documents_;
    std::vector<dataset> datasets_;
    std::vector<trace> traces_;
    std::map<std::string, const trace*, std::less<>> by_id_;
};

} // namespace evalbridge::sandbox
