#pragma once
// How a decoder of the adapter's and the oracle's are held against each other.

#include "base/error.hpp"
#include "mapping/json_writer.hpp"
#include "mapping/model_text.hpp"
#include "mapping/write.hpp"
#include "tests/oracle/agreement.hpp"
#include "tests/oracle/judging.hpp"

#include <memory>

namespace evalbridge::oracle {

/// Definitions with every trait, for both vendors.
const dictionary& test_dictionary();
const metric_dictionary& test_metric_dictionary();

template <class T> std::string written(const T& object) {
    std::string text;
    json_writer out(text);
    write(out, object);
    return text;
}
template <class T> std::string written_list(const std::vector<T>& objects) {
    std::string text;
    json_writer out(text);
    out.begin_array();
    for (const auto& each : objects)
        write(out, each);
    out.end_array();
    return text;
}

/// `decode(text_source*)` gives a result of what the gateway would write; `expect()` what the oracle makes of it.
template <class Decode, class Expect>
std::string disagreement(const std::string& what, std::string_view body, Decode&& decode, Expect&& expect) {
    const auto answer = shared_text(body);
    const auto owned = decode(answer.view(), nullptr);
    {
        text_source keeper(answer);
        const auto borrowed = decode(answer.view(), &keeper);
        if (owned.has_value() != borrowed.has_value() || (owned && *owned != *borrowed))
            return what + ": texts that borrow say something else:\n" + (owned ? *owned : owned.error().detail()) +
                   "\n" + (borrowed ? *borrowed : borrowed.error().detail());
    }
    std::optional<json::value> expected;
    std::string why_not;
    try {
        expected = expect();
    } catch (const refused& why) {
        why_not = why.what();
    }
    if (expected && !owned)
        return what + ": the gateway refuses what the oracle reads: " + owned.error().detail();
    if (!expected && owned)
        return what + ": the gateway reads what the oracle refuses: " + why_not + "\n" + *owned;
    ++(expected ? covered().compared : covered().refused);
    if (!expected)
        return {};
    const auto found = difference_of_text(*expected, *owned);
    return found.empty() ? found : what + found;
}

} // namespace evalbridge::oracle
