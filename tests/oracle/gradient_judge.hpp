#pragma once
// Names, scores and verdicts of Gradient's metric results, by the metric dictionary, the vendor's catalogue and the
// test case.

#include "tests/oracle/judging.hpp"

namespace evalbridge::oracle::gradient {

struct metric_name {
    std::string name;
    std::string native_name;
    std::optional<std::string> id;
    std::string kind = "unknown";

    json::value told() const { return metric(name, native_name, id, kind); }
};

/// A metric result, of a run, prompt or span.
struct measured {
    metric_name metric;
    measured_value value;
    std::optional<bool> passed;
    std::optional<double> score;
    std::string direction = "unknown";
    std::optional<std::string> reason;
    std::optional<std::string> error;
    making notes;
    std::optional<json::value> raw;

    /// With the members that measurements have wherever they stand.
    json::object told() const;
};
measured measurement(told in, bool raw);

struct listed_metric {
    metric_name metric;
    std::optional<std::string> description;
    std::optional<std::string> category;
    std::string type = "unknown";
    std::string direction = "unknown";
    std::optional<std::pair<double, double>> range;
    making notes;
    json::value raw;
};
using catalogue = std::vector<listed_metric>;

struct star_setting {
    std::optional<std::string> id;
    std::optional<std::string> name;
    std::optional<double> threshold;
    std::optional<double> percentage;

    bool is(const metric_name& metric) const;
};

struct test_case {
    std::optional<star_setting> star;
    catalogue metrics;
};

struct judge {
    dictionary words;
    std::optional<catalogue> metrics;
    std::optional<test_case> of_run;
    bool test_case_unread = false;

    void complete(measured& m) const;
    /// By its id or name, with the dictionary's name.
    metric_name named(metric_name metric) const;
    const listed_metric* find(const metric_name& metric) const;
    /// The star metric's threshold for a value of this type, whatever its direction.
    std::optional<double> star_threshold(const metric_name& metric, std::string type, bool& derived) const;
    traits known_of(const metric_name& metric) const;
};

} // namespace evalbridge::oracle::gradient
