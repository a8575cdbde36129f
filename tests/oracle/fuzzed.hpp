#pragma once
// What a fuzzer's bytes stand for: a body as it is, or choices of which one is made, so that a fuzzer gets deep; in
// places damaged, so that it isn't always one that can be read.

#include "tests/oracle/random_json.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace evalbridge::oracle {

/// `make` builds a body of the kind 0, 1, 2...
std::string fuzzed_body(std::string_view bytes, const std::function<std::string(random_json&, unsigned kind)>& make);

/// `body` with some of its places overwritten by what is special to JSON.
std::string damaged(std::string body, choices& from);

} // namespace evalbridge::oracle
