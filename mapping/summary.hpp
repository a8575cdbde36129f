#pragma once
// Counts, rates and averages of a run's item-level verdicts: whole and per metric. `total = passed + failed +
// undecided + errored`, always; an errored metric is neither failed nor left out.

#include "mapping/mean.hpp"
#include "mapping/verdict.hpp"

#include <map>

namespace evalbridge {

struct verdict_counts {
    std::int64_t total = 0;
    std::int64_t passed = 0;
    std::int64_t failed = 0;
    std::int64_t undecided = 0; ///< measured, but nothing says whether it passed
    std::int64_t errored = 0;   ///< could not be calculated

    void add(const measurement& measured);
    /// passed / (passed + failed); empty when that is 0/0.
    std::optional<double> pass_rate() const;
};

/// Whether the measurement's score is on a scale that isn't known.
bool is_score_as_given(const measurement& measured);

struct metric_summary {
    metric_ref metric;
    verdict_counts counts;
    std::optional<double> pass_rate;     ///< passed / (passed + failed); empty when that is 0/0
    std::optional<double> average_score; ///< over the verdicts that have a score
    std::optional<double> average_latency_ms;
};

enum class summary_source { provider, computed };

struct summary {
    std::string run_id;
    summary_source source = summary_source::computed;
    verdict_counts counts;
    std::optional<double> pass_rate;
    std::optional<double> average_score;
    std::optional<double> average_latency_ms;
    std::vector<metric_summary> metrics; ///< in order of first appearance
    std::optional<bool> run_terminal;    ///< false: numbers of a run that goes on. Empty: not known
    mapping_notes mapping;
    std::optional<model_text> raw;
};

/// Folds verdicts into a summary. Span-level verdicts are not counted. Averages are Neumaier-compensated, so the
/// order of verdicts doesn't matter to more than the last digit. Where the average over the whole run takes in scores
/// whose scale isn't known, `mapping` says so.
class summary_fold {
  public:
    explicit summary_fold(std::string run_id);
    void add(const verdict& v);
    summary finish() const;

  private:
    struct tally {
        metric_ref metric;
        verdict_counts counts;
        mean score;
        mean latency;
        void add(const verdict& v);
    };
    std::string run_id_;
    tally whole_;
    bool scale_unknown_ = false; ///< a score was counted that its verdict calls "as given"
    std::vector<tally> metrics_;
    std::map<std::string, std::size_t, std::less<>> index_; ///< by metric key: "i" + native id, else "n" + native name
};

} // namespace evalbridge
