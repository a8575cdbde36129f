#pragma once
// What several of Staso's answers share.

#include "tests/oracle/judging.hpp"

namespace evalbridge::oracle::staso {

using names = std::initializer_list<std::string_view>;

/// The object that one of `marks` is a member of: this one, or what an envelope holds, two deep at most.
told unwrapped(told in, names marks, names envelopes, int depth = 2);
/// A time as text or as a number since 1970, as a text of ours; null with a note where it can't be read.
json::value time(told in, const std::string& member, making& notes);
/// docs/eval/verdicts, "Verdict shape".
std::string runtime_kind(const std::string& runtime);
/// docs/eval/overview: the nine built-in rules.
std::string built_in_kind(const std::string& name);

} // namespace evalbridge::oracle::staso
