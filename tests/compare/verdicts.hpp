#pragma once
// Verdicts and runs, made from few words.

#include "compare/comparison.hpp"

#include <random>
#include <string>
#include <vector>

namespace evalbridge::testing {

/// What a test says of a verdict.
struct said {
    std::string trace; ///< empty: the verdict names none
    std::string metric;
    std::optional<bool> passed;
    std::optional<double> score;
};

inline verdict verdict_of(const said& what) {
    verdict v;
    v.result_id = what.trace;
    if (!what.trace.empty())
        v.trace_id = what.trace;
    v.measured.metric.name = what.metric;
    v.measured.metric.native_name = what.metric;
    v.measured.passed = what.passed;
    v.measured.score = what.score;
    return v;
}

inline run_rows rows_of(const std::vector<said>& verdicts) {
    run_intake intake;
    intake.begin_page({});
    for (const auto& each : verdicts)
        intake.add(verdict_of(each));
    return std::move(intake).take();
}

/// Few traces and metrics, so that everything meets; some verdicts undecided, unscored, repeated or without a trace.
inline std::vector<said> random_run(std::mt19937_64& random, std::size_t size) {
    std::vector<said> out;
    for (std::size_t i = 0; i < size; ++i) {
        said each;
        if (random() % 20 != 0)
            each.trace = "t" + std::to_string(random() % (size / 2 + 1));
        each.metric = std::string(random() % 2 ? "m" : "M") + std::to_string(random() % 4);
        if (random() % 6 != 0)
            each.passed = random() % 3 != 0;
        if (random() % 5 != 0)
            each.score = static_cast<double>(random() % 7) / 7;
        out.push_back(std::move(each));
    }
    return out;
}

} // namespace evalbridge::testing
