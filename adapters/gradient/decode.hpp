#pragma once
// The vendor's answers as unified objects, not judged yet: `passed`, `score` and canonical names come from judge.hpp,
// which knows the catalogue. Tolerant of all three public vintages of the schema: every member may be absent or null,
// integers may be quoted, unknown members and words are let be. A body that can't be read is provider_malformed with
// the path.

#include "adapters/gradient/catalogue.hpp"
#include "base/error.hpp"
#include "mapping/run.hpp"
#include "mapping/run_result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::gradient {

/// Which run an answer is about, for the ids in it.
struct run_identity {
    std::string_view provider;
    std::string_view native_id;
};

/// What to build of a prompt.
struct prompt_options {
    bool content = true; ///< texts, tokens and chunks
    bool spans = false;  ///< the spans themselves
    bool item_verdicts = true;
    bool span_verdicts = false; ///< reads the spans, even where they aren't kept
    bool raw = false;           ///< the prompt's own JSON
    bool raw_metrics = false;   ///< each metric result's
    std::uint32_t max_spans = 1'000;
    std::uint32_t max_span_depth = 64;
    text_source* texts = nullptr; ///< keeps the body that is decoded: texts borrow from it. Null: they own
};

/// What reading a run's items needs to know of the run.
struct run_facts {
    run_status status = run_status::unknown;
    std::optional<std::string> test_case;
    std::optional<std::int64_t> test_case_version;
    std::optional<std::string> agent_version;
};

/// What the vendor tells of a list beside its rows; anything may be missing.
struct list_meta {
    std::optional<std::uint64_t> page;
    std::optional<std::uint64_t> pages;
    std::optional<std::uint64_t> total;
    std::optional<bool> has_next; ///< from `links`; empty where they tell nothing
};

struct results_page {
    std::optional<run_facts> run;
    std::vector<run_result> prompts;
    list_meta meta;
    std::shared_ptr<const text_source> texts; ///< what the prompts borrow from, where they do
};

struct run_list {
    std::vector<run> runs;
    bool told = false; ///< false where the answer has no list: then there are none, or it says nothing
};

/// The ids of the runs that a create started: at least one, each once.
result<std::vector<std::string>> decode_created(std::string_view body);
result<run> decode_run(std::string_view body, const run_identity& which, bool raw);
/// A test case's runs, each once, in the vendor's order. One without an id is malformed.
result<run_list> decode_run_list(std::string_view body, std::string_view provider);
result<results_page> decode_results(std::string_view body, const run_identity& which, const prompt_options& options);
/// `prompt_id` is the one asked for; an answer about another is malformed.
result<run_result> decode_result(std::string_view body, const run_identity& which, std::int64_t prompt_id,
                                 const prompt_options& options);
result<metric_catalogue> decode_catalogue(std::string_view body);
result<test_case> decode_test_case(std::string_view body);

/// The facts of a run that was decoded.
run_facts facts_of(const run& r);

} // namespace evalbridge::gradient
