#include "adapters/staso/options.hpp"
#include "adapters/staso/vendor.hpp"

#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

std::optional<std::string> lookup(const std::string& name) {
    return name == "KEY" ? std::optional<std::string>("ak_live_planted_secret") : std::nullopt;
}

struct read_block_outcome {
    std::shared_ptr<const options> read;
    std::vector<config::fault> faults;
};

read_block_outcome read(const std::string& yaml) {
    const auto document = config::document::parse(yaml, "test.yaml", lookup);
    auto options_read = std::static_pointer_cast<const options>(vendor.read_options(document.root()));
    return {options_read, document.finish()};
}

TEST(StasoOptions, DefaultToTheInferredRoutes) {
    const auto [read_options, faults] = read("api_key: env:KEY\n");
    EXPECT_TRUE(faults.empty());
    EXPECT_EQ(read_options->paths.create, "/v1/eval/runs");
    EXPECT_EQ(read_options->paths.verdicts, "/v1/eval/runs/{id}/verdicts");
    EXPECT_EQ(read_options->rules_key, "rules");
    EXPECT_EQ(read_options->max_page_size, 1000u);
    EXPECT_EQ(read_options->max_scan, 200'000u);
    const auto credentials = read_options->credentials();
    ASSERT_EQ(credentials.size(), 1u);
    EXPECT_EQ(credentials[0].field, "X-API-Key");
    EXPECT_EQ(credentials[0].value.reveal(), "ak_live_planted_secret");
}

TEST(StasoOptions, TakeEveryKey) {
    const auto [read_options, faults] = read(R"(
api_key: env:KEY
paths: {create: /e/runs, get: "/e/{id}", cancel: "/e/{id}/stop", verdicts: "/e/{id}/v", summary: "/e/{id}/s"}
rules_key: rule_ids
extra_query: {workspace: shop}
extra_body: {workspace_slug: shop}
max_page_size: 100
max_scan: 5000
)");
    for (const auto& fault : faults)
        ADD_FAILURE() << to_string(fault);
    EXPECT_EQ(read_options->paths.cancel, "/e/{id}/stop");
    EXPECT_EQ(read_options->rules_key, "rule_ids");
    EXPECT_EQ(read_options->extra_query, (text_pairs{{"workspace", "shop"}}));
    EXPECT_EQ(read_options->extra_body, (text_pairs{{"workspace_slug", "shop"}}));
    EXPECT_EQ(read_options->max_page_size, 100u);
    EXPECT_EQ(read_options->max_scan, 5000u);
}

TEST(StasoOptions, RefuseWhatCannotWork) {
    const char* rows[] = {
        "{}",
        "api_key: literal",
        "{api_key: 'env:KEY', paths: {get: '/v1/runs'}}",
        "{api_key: 'env:KEY', paths: {get: 'v1/{id}'}}",
        "{api_key: 'env:KEY', paths: {get: '/{id}/{id}'}}",
        "{api_key: 'env:KEY', paths: {get: '/{id}/{other}'}}",
        "{api_key: 'env:KEY', paths: {get: '/{id}?x=1'}}",
        "{api_key: 'env:KEY', paths: {create: '/{id}'}}",
        "{api_key: 'env:KEY', paths: {list: '/r/{id}'}}",
        "{api_key: 'env:KEY', rules_key: scope}",
        "{api_key: 'env:KEY', rules_key: ''}",
        "{api_key: 'env:KEY', extra_query: {limit: '1'}}",
        "{api_key: 'env:KEY', extra_body: {scope: x}}",
        "{api_key: 'env:KEY', rules_key: rule_ids, extra_body: {rule_ids: x}}",
        "{api_key: 'env:KEY', max_page_size: 0}",
        "{api_key: 'env:KEY', max_page_size: 1001}",
        "{api_key: 'env:KEY', max_scan: 0}",
    };
    for (const auto* row : rows) {
        const auto outcome = read(row);
        EXPECT_EQ(outcome.faults.size(), 1u) << row;
        for (const auto& fault : outcome.faults)
            EXPECT_EQ(fault.message.find("planted"), std::string::npos);
    }
}

} // namespace
} // namespace evalbridge::staso
