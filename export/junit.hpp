#pragma once
// Verdicts as a JUnit report, in the form that CI systems display (Jenkins' junit plugin, GitLab, GitHub's reporters):
// a suite for each metric, a case for each item or span. The counts stand before the cases, so whoever writes a report
// has to have seen them all.

#include "mapping/verdict.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace evalbridge {

enum class case_outcome {
    passed,
    failed,  ///< the metric says no
    errored, ///< the metric could not be calculated
    skipped, ///< nothing decided it
};
case_outcome outcome_of(const verdict& v);

struct case_counts {
    std::uint64_t tests = 0;
    std::uint64_t failures = 0;
    std::uint64_t errors = 0;
    std::uint64_t skipped = 0;
    std::int64_t milliseconds = 0; ///< of the cases whose time is known

    void add(const verdict& v);
    void add(const case_counts& others);

  private:
    void add_time(std::int64_t more); ///< which vendors may tell as they like: the sum stays at its most
};

/// A case's element. Its classname is the metric; its name the item, with the span where it is about one, and `#2`
/// where the item has that metric twice.
void append_junit_case(std::string& out, const verdict& v);

void append_junit_declaration(std::string& out);
void append_junit_suites_begin(std::string& out, std::string_view run_id, const case_counts& all);
void append_junit_suite_begin(std::string& out, std::string_view metric, const case_counts& counts);
void append_junit_suite_end(std::string& out);
void append_junit_suites_end(std::string& out);

} // namespace evalbridge
