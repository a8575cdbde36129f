#include "tests/oracle/agreement_parts.hpp"

namespace evalbridge::oracle {

const dictionary& test_dictionary() {
    static const dictionary words = [] {
        metric_definition ranged;
        ranged.name = "ranged";
        ranged.traits.range = score_range{0, 5};
        ranged.traits.direction = score_direction::lower_is_better;
        ranged.traits.threshold = metric_threshold{2.5, {}};
        ranged.kind = metric_kind::agentic;
        ranged.native["staso"] = {"rule1", "a1"};
        ranged.native["gradient"] = {"rule1", "a1"};
        metric_definition unit;
        unit.name = "faithfulness2";
        unit.traits.range = score_range{0, 1};
        unit.traits.direction = score_direction::higher_is_better;
        unit.traits.unit = "share";
        unit.description = "as configured";
        unit.native["staso"] = {"b2", "RULE3"};
        unit.native["gradient"] = {"b2", "RULE3"};
        metric_definition texts;
        texts.name = "worded";
        texts.traits.threshold = metric_threshold{{}, {"yes", "Good"}};
        texts.native["gradient"] = {"Latency4", "b5"};
        metric_definition undirected;
        undirected.name = "undirected";
        undirected.traits.threshold = metric_threshold{0.5, {}};
        undirected.native["gradient"] = {"b6"};
        return dictionary{ranged, unit, texts, undirected};
    }();
    return words;
}

const metric_dictionary& test_metric_dictionary() {
    static const metric_dictionary words(test_dictionary());
    return words;
}

coverage& covered() {
    static coverage counts;
    return counts;
}

} // namespace evalbridge::oracle
