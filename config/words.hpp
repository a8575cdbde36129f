#pragma once
// A setting that is one of a few words.

#include "config/node.hpp"
#include "config/suggest.hpp"

#include <string_view>
#include <vector>

namespace evalbridge::config {

template <class Value> struct word {
    std::string_view text;
    Value value;
};

/// The value of the word at `n`, or a fault that names the words there are.
template <class Value, std::size_t N> Value read_word(const node& n, const word<Value> (&words)[N]) {
    const auto written = n.text();
    std::vector<std::string_view> known;
    for (const auto& each : words) {
        if (each.text == written)
            return each.value;
        known.push_back(each.text);
    }
    if (n.is_scalar())
        n.fail(n.where() + ": no such word" + suggestion(written, known));
    return words[0].value;
}

/// What people name things in a configuration: `[a-z0-9][a-z0-9._-]{0,62}`. Such a name needs no quoting in a URL, a
/// log or YAML.
bool is_plain_name(std::string_view name);

} // namespace evalbridge::config
