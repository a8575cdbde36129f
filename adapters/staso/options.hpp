#pragma once
// The vendor's own keys of a provider block. Parts of this API aren't published, so what we only infer (paths, the name
// of the rules key, how a workspace is chosen) is configuration with the likeliest value as its default.

#include "adapters/provider.hpp"

#include <string>
#include <utility>
#include <vector>

namespace evalbridge::staso {

/// Each begins with '/'; all but `create` and `list` hold `{id}` once, where the percent-encoded run id goes.
struct path_templates {
    std::string create = "/v1/eval/runs";
    std::string list = "/v1/eval/runs";
    std::string get = "/v1/eval/runs/{id}";
    std::string cancel = "/v1/eval/runs/{id}/cancel";
    std::string verdicts = "/v1/eval/runs/{id}/verdicts";
    std::string summary = "/v1/eval/runs/{id}/summary";
};

using text_pairs = std::vector<std::pair<std::string, std::string>>;

/// The vendor refuses or clamps a larger `limit` (docs/eval/verdicts: "max 1000").
inline constexpr std::uint32_t documented_max_page = 1000;

struct options final : vendor_options {
    secret api_key;
    path_templates paths;
    bool list_runs = false;          ///< whether the account's API has the list of runs, which nothing documents
    std::string rules_key = "rules"; ///< member of the create body that holds custom rule ids
    text_pairs extra_query;          ///< sent with every request, e.g. to choose a workspace
    text_pairs extra_body;           ///< members added to every create body
    std::uint32_t max_page_size = documented_max_page;
    std::uint64_t max_scan = 200'000; ///< verdicts one answer may read where the vendor can't select them

    std::vector<credential> credentials() const override;
};

std::shared_ptr<const vendor_options> read_block(const config::node& block);

/// Why a path can't be used, or empty. `takes_id`: it must hold `{id}` exactly once; else not at all.
std::string_view path_fault(std::string_view path, bool takes_id);
/// Members of the create body that have a place in the run spec, `rules_key` excepted.
bool is_create_member(std::string_view name);

} // namespace evalbridge::staso
