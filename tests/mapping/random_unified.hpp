#pragma once
// Unified objects with anything in them: every optional both ways, texts of every kind of character, numbers of every
// size. From a seed, so that a failure comes again.

#include "mapping/run.hpp"
#include "mapping/run_result.hpp"
#include "mapping/summary.hpp"

#include <limits>
#include <random>

namespace evalbridge::test {

class random_unified {
  public:
    explicit random_unified(unsigned seed) : random_(seed) {}

    evalbridge::run run() {
        evalbridge::run r;
        r.id = text(), r.provider = text(), r.vendor = text(), r.native_id = text();
        r.native_status = maybe_text(), r.name = maybe_text(), r.description = maybe_text(), r.suite = maybe_text();
        r.status = static_cast<run_status>(below(8));
        r.phase = maybe_text();
        if (coin())
            r.outcome = coin() ? run_outcome::passed : run_outcome::failed;
        r.outcome_source = maybe_text(), r.error = maybe_text(), r.trigger = maybe_text();
        if (coin())
            r.scope = scope();
        r.agent = {maybe_text(), maybe_text(), maybe_text(), maybe_text()};
        several([&] { r.metrics.push_back(metric()); });
        r.baseline_run_id = maybe_text();
        if (coin())
            r.progress = run_progress{maybe_integer(), maybe_integer()};
        r.created_at = maybe_time(), r.started_at = maybe_time(), r.finished_at = maybe_time();
        several([&] { r.labels[label_name()] = text(); });
        several([&] { r.run_metrics.push_back(measured()); });
        if (coin()) {
            r.star = star_metric{metric(), maybe_number(), {}};
            if (coin())
                r.star->result = measured();
        }
        r.mapping = notes();
        r.raw = maybe_json();
        return r;
    }

    evalbridge::verdict verdict() {
        evalbridge::verdict v;
        v.id = text(), v.run_id = text(), v.result_id = text(), v.trace_id = maybe_text();
        if (coin()) {
            v.level = verdict_level::span;
            v.span = span_ref{below(1000), maybe_text(), maybe_text()};
        }
        v.measured = measured();
        v.agent_version = maybe_text(), v.latency_ms = maybe_integer(), v.at = maybe_time();
        several([&] { v.inspected.push_back({maybe_integer(), text(), text()}); });
        return v;
    }

    run_result result() {
        run_result r;
        r.id = text(), r.run_id = text(), r.trace_id = maybe_text(), r.prompt_id = maybe_text();
        r.input = maybe_text(), r.output = maybe_text(), r.expected = maybe_text();
        if (coin())
            r.tokens.input = random_();
        if (coin())
            r.tokens.output = std::numeric_limits<std::uint64_t>::max() - below(3);
        r.chunks = chunks();
        if (coin())
            r.spans.emplace();
        if (r.spans)
            several([&] { r.spans->push_back(span()); });
        several([&] { r.verdicts.push_back(verdict()); });
        r.mapping = notes();
        r.raw = maybe_json();
        return r;
    }

    evalbridge::summary summary() {
        evalbridge::summary s;
        s.run_id = text();
        s.source = coin() ? summary_source::provider : summary_source::computed;
        count(s);
        several([&] {
            metric_summary m;
            m.metric = metric();
            count(m);
            s.metrics.push_back(std::move(m));
        });
        if (coin())
            s.run_terminal = coin();
        s.mapping = notes();
        s.raw = maybe_json();
        return s;
    }

    metric_info metric_entry() {
        metric_info m;
        m.metric = metric();
        m.provider = text(), m.description = maybe_text(), m.category = maybe_text();
        m.type = static_cast<value_type>(below(5));
        m.traits.direction = static_cast<score_direction>(below(3));
        m.traits.unit = maybe_text();
        if (coin())
            m.traits.range = score_range{finite(), finite()};
        if (coin())
            m.traits.threshold = metric_threshold{maybe_number(), {}};
        if (m.traits.threshold)
            several([&] { m.traits.threshold->passing_texts.push_back(text()); });
        m.in_dictionary = coin();
        m.mapping = notes();
        m.raw = maybe_json();
        return m;
    }

  private:
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
    bool coin() { return below(2) == 0; }
    template <class F> void several(F f) {
        for (auto left = below(4); left > 0; --left)
            f();
    }

    std::string text() {
        static constexpr std::string_view pieces[] = {
            "a",        "Z9",        " ",      "\"",     "\\",         "/",    "\n",   "\t\r",         "\b\f",
            "\x01\x1f", "\x7f",      "\u00e9", "\u4f60", "\U0001F600", "\xff", "\xc3", "\xed\xa0\x80", "</script>",
            "null",     "{\"a\":1}", "\u2028",
        };
        std::string out;
        for (auto left = below(6); left > 0; --left)
            out += pieces[below(std::size(pieces))];
        if (below(8) == 0)
            out.push_back('\0');
        return out;
    }
    std::optional<std::string> maybe_text() { return coin() ? std::optional(text()) : std::nullopt; }
    /// A client's, so it is UTF-8; names that only differ in bytes that aren't would be one name when written.
    std::string label_name() {
        static constexpr std::string_view some[] = {"team", "k\n", "\u00e9", "\"", ""};
        return std::string(some[below(std::size(some))]);
    }
    std::int64_t integer() {
        static constexpr std::int64_t some[] = {
            0, -1, 7, 1LL << 53, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
        return some[below(std::size(some))];
    }
    std::optional<std::int64_t> maybe_integer() { return coin() ? std::optional(integer()) : std::nullopt; }
    double finite() { return std::uniform_real_distribution(-1e3, 1e3)(random_); }
    double number() {
        static constexpr double some[] = {0.0,
                                          -0.0,
                                          0.1,
                                          1e-7,
                                          9007199254740992.0,
                                          9007199254740993.0,
                                          1e15,
                                          1e300,
                                          -2.5e-310,
                                          5e-324,
                                          1.7976931348623157e308,
                                          0.30000000000000004,
                                          std::numeric_limits<double>::infinity()};
        return coin() ? some[below(std::size(some))] : finite();
    }
    /// What isn't finite is written as null, which only what may be absent reads back.
    std::optional<double> maybe_number() { return coin() ? std::optional(number()) : std::nullopt; }
    std::optional<timestamp> maybe_time() {
        if (coin())
            return {};
        return timestamp(std::chrono::microseconds(static_cast<std::int64_t>(random_() % 4'000'000'000'000'000ull)));
    }
    std::optional<std::string> maybe_json() {
        static constexpr std::string_view some[] = {
            "null", "1.0", "\"a\\u0041\"", "[ 1,\t2 ]", R"({"raw":{"raw":null},"spans":[],"b" : 1E5})", "-0", "{}"};
        return coin() ? std::optional(std::string(some[below(std::size(some))])) : std::nullopt;
    }
    mapping_notes notes() {
        static constexpr mapping_note some[] = {{note_kind::derived, "passed", "configured threshold"},
                                                {note_kind::lossy, "scope.start", "said \"so\"\n"},
                                                {note_kind::defaulted, "score", "as given"},
                                                {note_kind::derived, "odd \"name\"", ""}};
        mapping_notes out;
        several([&] { out.push_back(some[below(std::size(some))]); });
        return out;
    }
    metric_ref metric() { return {text(), text(), maybe_text(), static_cast<metric_kind>(below(5))}; }
    measurement measured() {
        measurement m;
        m.metric = metric();
        if (coin())
            m.passed = coin();
        m.decided_by = static_cast<passed_source>(below(3));
        m.score = maybe_number();
        m.value = {static_cast<value_type>(below(5)), maybe_number(), maybe_text()};
        m.direction = static_cast<score_direction>(below(3));
        m.reason = maybe_text(), m.error = maybe_text();
        m.mapping = notes();
        m.raw = maybe_json();
        return m;
    }
    std::vector<chunk> chunks() {
        std::vector<chunk> out;
        several([&] {
            chunk c{maybe_text(), maybe_text(), maybe_text(), {}, maybe_number()};
            if (coin())
                c.used = coin();
            out.push_back(std::move(c));
        });
        return out;
    }
    trace_span span() {
        trace_span s;
        s.index = below(1'000'000);
        if (coin())
            s.parent = below(1000);
        s.name = maybe_text(), s.type = maybe_text(), s.created_at = maybe_time();
        s.input = maybe_json(), s.output = maybe_json();
        s.chunks = chunks();
        s.attributes = maybe_json();
        return s;
    }
    evalbridge::scope scope() {
        const auto sample = coin() ? std::optional<int>(static_cast<int>(below(100))) : std::nullopt;
        const auto version = maybe_integer();
        test_case_scope of_test_case{text(), {}, {}, version};
        several([&] { of_test_case.agents.push_back(text()); });
        several([&] { of_test_case.deployments.push_back(text()); });
        const evalbridge::scope some[] = {trace_scope{text()},
                                          session_scope{text()},
                                          dataset_scope{text()},
                                          agent_scope{text(), sample},
                                          time_range_scope{text(), text(), sample},
                                          of_test_case};
        return some[below(6)];
    }
    template <class S> void count(S& s) {
        s.counts = {integer(), integer(), integer(), integer(), integer()};
        s.pass_rate = maybe_number(), s.average_score = maybe_number(), s.average_latency_ms = maybe_number();
    }

    std::mt19937 random_;
};

} // namespace evalbridge::test
