#pragma once
// Gradient's objects as JSON, in the vintage of its schema that the scenario asks for. Protobuf's habits are kept: what
// is false, empty or not known yet is left out, never null, and 64-bit unsigned numbers are strings.

#include "sandbox/gradient_runs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace evalbridge::sandbox {

/// What rendering needs to know besides the object.
struct gradient_shape {
    const gradient_scenario& asked;
    const gradient_catalog& catalog;
    const trace_store& traces;

    bool is_newest() const { return asked.vintage == gradient_vintage::newest; }
    bool has_spans() const { return asked.vintage != gradient_vintage::oldest; }
    boost::json::value unsigned_64(std::uint64_t number) const;
    boost::json::value signed_64(std::int64_t number) const;
};

boost::json::object metric_json(const gradient_metric& metric, std::size_t rank, const gradient_shape& shape);
boost::json::object measured_json(const measured& result, const gradient_shape& shape);
boost::json::object run_json(const gradient_run& run, instant now, const gradient_shape& shape);
boost::json::object prompt_json(const gradient_run& run, std::size_t prompt, bool evaluated,
                                const gradient_shape& shape);
boost::json::object test_case_json(const test_case& what, std::int64_t version, std::size_t runs,
                                   const gradient_shape& shape);

boost::json::array chunks_json(const item& what, const gradient_shape& shape);
/// The trace spans of a prompt; child spans in the newest vintage only.
boost::json::array spans_json(const gradient_run& run, std::size_t prompt, const gradient_shape& shape);

} // namespace evalbridge::sandbox
