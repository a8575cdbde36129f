#pragma once
// The vendor's answers on the unified model. Pure. Every answer is taken bare or in one of the envelopes that servers
// of this kind use, with snake_case or camelCase members; what is wrong is provider_malformed, with its place.

#include "mapping/metric_dictionary.hpp"
#include "mapping/run.hpp"
#include "mapping/run_result.hpp"
#include "mapping/summary.hpp"

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::staso {

struct decode_context {
    std::string_view provider; ///< the configured name
    const metric_dictionary& dictionary;
    bool raw = false;             ///< keep the vendor's JSON with each object
    text_source* texts = nullptr; ///< keeps the body that is decoded: texts borrow from it. Null: they own
};

/// A run row. An id must be there; so must a status, unless the row answers a create (`just_created`), where a run that
/// was started must not be lost for want of one.
result<run> decode_run(std::string_view body, const decode_context& context, bool just_created = false);

/// A page of the account's runs, in the vendor's order: a bare array, or the first one under the usual names. A row
/// must have an id.
result<std::vector<run>> decode_run_list(std::string_view body, const decode_context& context);

/// The id alone, of an answer to a create that can't be read otherwise; empty when not even that can.
std::optional<std::string> decode_run_id(std::string_view body);

struct verdict_rows {
    std::vector<verdict> rows;
    std::optional<std::uint64_t> total; ///< of the whole list, where the answer tells it
};

/// A page of verdicts: a bare array, or the first one under the usual names.
result<verdict_rows> decode_verdicts(std::string_view body, std::string_view native_run_id,
                                     const decode_context& context);

result<summary> decode_summary(std::string_view body, std::string_view native_run_id, const decode_context& context);

/// The metric of a rule, under its canonical name where the dictionary has one. `native_id` is empty for built-in
/// rules.
metric_ref make_metric(const metric_definition* definition, std::string_view native_name,
                       std::optional<std::string_view> native_id, metric_kind runtime);

} // namespace evalbridge::staso
