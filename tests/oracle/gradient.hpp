#pragma once
// Gradient's answers as unified JSON, written from the vendor's documented tables (adapters/gradient/README.md): the
// other opinion on what the adapter's decoders and its judge say.

#include "tests/oracle/gradient_judge.hpp"

namespace evalbridge::oracle::gradient {

struct which {
    std::string provider;
    std::string native_id;
};

struct prompt_parts {
    bool content = true;
    bool spans = false;
    bool item_verdicts = true;
    bool span_verdicts = false;
    bool raw = false;
    std::size_t max_spans = 1000;
    std::size_t max_depth = 64;
};

/// All throw `refused` for what can't be read. Without a judge nothing is judged.
json::value run(const json::value& answer, const which& one, bool raw, const judge* with);

struct prompt_page {
    json::array prompts;
    std::optional<std::uint64_t> page;
    std::optional<std::uint64_t> pages;
    std::optional<std::uint64_t> total;
    std::optional<bool> has_next;
    json::value run; ///< what the page tells of its run; null where it tells nothing
};
prompt_page prompts(const json::value& answer, const which& one, const prompt_parts& parts, const judge* with);
json::value prompt(const json::value& answer, const which& one, std::int64_t id, const prompt_parts& parts,
                   const judge* with);

catalogue metrics(const json::value& answer);
test_case test_case_of(const json::value& answer);
/// An entry of the catalogue as clients see it.
json::value listed(const listed_metric& entry, const dictionary& words, const std::string& provider);

} // namespace evalbridge::oracle::gradient
