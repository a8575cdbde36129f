#include "mapping/asked_filter.hpp"

namespace evalbridge {
namespace {

constexpr word<verdict_filter::passed_is> passed_words[] = {
    {"true", verdict_filter::passed_is::yes},
    {"false", verdict_filter::passed_is::no},
    {"null", verdict_filter::passed_is::undecided},
};
constexpr word<verdict_filter::levels> level_words[] = {
    {"item", verdict_filter::levels::item},
    {"span", verdict_filter::levels::span},
    {"all", verdict_filter::levels::all},
};

} // namespace

verdict_filter asked_filter::filter() const {
    return {passed, metric, level.value_or(verdict_filter::levels::item), trace_id};
}

asked_filter read_filter(query_reader& in) {
    asked_filter a;
    a.passed = in.one_of("passed", passed_words);
    a.level = in.one_of("level", level_words);
    a.metric = in.text("metric");
    a.trace_id = in.text("trace_id");
    return a;
}

void must_equal(query_reader& in, const asked_filter& asked, const verdict_filter& of_cursor) {
    must_equal(in, "passed", asked.passed, of_cursor.passed);
    must_equal(in, "level", asked.level, of_cursor.level);
    must_equal(in, "metric", asked.metric, of_cursor.metric);
    must_equal(in, "trace_id", asked.trace_id, of_cursor.trace_id);
}

} // namespace evalbridge
