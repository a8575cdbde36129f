#pragma once
// Whether a value passed, and its score on a common scale: the two decisions that are ours to make, in one place.

#include "mapping/metric.hpp"

namespace evalbridge {

/// The star metric's threshold of a test case, for that metric only.
struct star_threshold {
    std::optional<double> value; ///< on the metric's own scale
    bool inverted = false;       ///< from the vendor's metric catalogue: lower is better
    bool value_derived = false;  ///< computed from a legacy percentage, so the note says it
};

struct decision {
    std::optional<bool> passed;
    passed_source source = passed_source::none;
    std::string_view note; ///< reason for the `mapping` note; empty where nothing was derived
};

/// For a vendor that gives no verdict per metric. The configured threshold decides where there is one, else the star
/// metric's, else nothing; the one that is there is the only one asked, so that what an operator configured is never
/// overruled by the vendor's setting where it happens not to fit.
///
/// A bound needs a number and, for the configured one, a known direction (the star's is `inverted`); it is inclusive in
/// either direction and compared as 32-bit floats, since that is how thresholds travel (0.8 may arrive as
/// 0.800000011920929). Passing texts need a text; a boolean's is "true" or "false". A value of the wrong sort for the
/// threshold (a text against a bound, a number against texts) decides nothing. `star` is null for any other metric.
decision decide_passed(const metric_value& value, const metric_traits& traits, const star_threshold* star);

struct rescaled {
    std::optional<double> score;
    std::string_view note; ///< empty where nothing is to be said
    note_kind note_as = note_kind::derived;
};

/// (value - min) / (max - min) with a known, non-empty range; else the value as given, with a note that says so. A
/// range of 0..1 changes nothing and needs no note. A value outside its range is rescaled all the same, so may leave
/// 0..1: nothing is clamped away. Where lower is better the score isn't inverted; `direction` says it. Percentages are
/// never assumed to be 0..100. Empty for a text, a boolean and what isn't finite.
rescaled rescale_score(const metric_value& value, const metric_traits& traits);

/// The dictionary's traits where it has them, the catalogue's elsewhere; the threshold is the dictionary's alone, since
/// a catalogue's is nobody's configuration. Either may be null.
metric_traits merge_traits(const metric_traits* dictionary, const metric_traits* catalogue);

} // namespace evalbridge
