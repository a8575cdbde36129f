#pragma once
// Staso's answers as unified JSON, written from the vendor's documented tables (adapters/staso/README.md): the other
// opinion on what the adapter's decoders say.

#include "tests/oracle/judging.hpp"

#include <vector>

namespace evalbridge::oracle::staso {

struct reading {
    std::string provider;
    dictionary words;
    bool raw = false;
};

/// All throw `refused` for what can't be read.
json::value run(const json::value& answer, const reading& how, bool just_created = false);

struct verdict_page {
    std::vector<json::value> rows;
    std::optional<std::int64_t> total;
};
verdict_page verdicts(const json::value& answer, const std::string& native_run_id, const reading& how);

json::value summary(const json::value& answer, const std::string& native_run_id, const reading& how);

} // namespace evalbridge::oracle::staso
