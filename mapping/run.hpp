#pragma once
// One evaluation, whoever runs it.

#include "mapping/scope.hpp"
#include "mapping/status.hpp"
#include "mapping/verdict.hpp"

#include <map>

namespace evalbridge {

struct run_agent {
    std::optional<std::string> id;
    std::optional<std::string> name;
    std::optional<std::string> version;
    std::optional<std::string> deployment;
};

struct run_progress {
    std::optional<std::int64_t> done;
    std::optional<std::int64_t> total;
};

/// The metric whose threshold decides the run's outcome.
struct star_metric {
    metric_ref metric;
    std::optional<double> threshold; ///< on the metric's own scale
    std::optional<measurement> result;
};

struct run {
    std::string id; ///< `<provider>:<native id>`
    std::string provider;
    std::string vendor;
    std::string native_id;
    std::optional<std::string> native_status; ///< the vendor's text; empty where it sent none
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::string> suite;
    run_status status = run_status::unknown;
    std::optional<std::string> phase;
    std::optional<run_outcome> outcome;
    std::optional<std::string> outcome_source; ///< "provider" wherever outcome is set
    std::optional<std::string> error;
    std::optional<std::string> trigger;
    std::optional<evalbridge::scope> scope;
    run_agent agent;
    std::vector<metric_ref> metrics;
    std::optional<std::string> baseline_run_id;
    std::optional<run_progress> progress;
    std::optional<timestamp> created_at;
    std::optional<timestamp> started_at;
    std::optional<timestamp> finished_at;
    std::map<std::string, std::string> labels;
    std::vector<measurement> run_metrics;
    std::optional<star_metric> star;
    mapping_notes mapping;
    std::optional<model_text> raw;
    std::optional<std::string> create_id; ///< of the create of ours that the vendor's name of it tells; not written
};

/// `<provider>:<native id>`. Provider names have no colon, so the first one splits.
std::string make_run_id(std::string_view provider, std::string_view native_id);

struct run_address {
    std::string provider;
    std::string native_id;
};
/// Empty unless there is a colon with something on both sides, and the native id is at most 512 bytes without
/// control bytes or '/'.
std::optional<run_address> parse_run_id(std::string_view id);

} // namespace evalbridge
