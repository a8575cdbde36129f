#include "adapters/gradient/options.hpp"

#include "adapters/gradient/vendor.hpp"

#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

std::optional<std::string> planted(const std::string& name) {
    if (name == "TOKEN")
        return "dop_v1_planted";
    if (name == "FORGED")
        return "dop_v1\r\nX-Evil: 1";
    return std::nullopt;
}

struct outcome {
    std::shared_ptr<const options> read;
    std::vector<std::string> faults;
};

outcome read(std::string yaml) {
    const auto document = config::document::parse(std::move(yaml), "t.yaml", planted);
    outcome out;
    out.read = std::dynamic_pointer_cast<const options>(vendor.read_options(document.root()));
    for (const auto& each : document.finish())
        out.faults.push_back(each.message);
    return out;
}

TEST(GradientOptions, HaveDefaults) {
    const auto [read_back, faults] = read("access_token: env:TOKEN\n");
    EXPECT_TRUE(faults.empty());
    EXPECT_EQ(read_back->page_size, 200u);
    EXPECT_EQ(read_back->max_scan, 20'000u);
    EXPECT_EQ(read_back->max_spans, 1'000u);
    EXPECT_EQ(read_back->max_span_depth, 64u);
    EXPECT_EQ(read_back->catalogue_ttl, std::chrono::minutes(10));
    const auto credentials = read_back->credentials();
    ASSERT_EQ(credentials.size(), 1u);
    EXPECT_EQ(credentials[0].field, "Authorization");
    EXPECT_EQ(credentials[0].value.reveal(), "Bearer dop_v1_planted");
}

TEST(GradientOptions, AreRead) {
    const auto [read_back, faults] = read("access_token: env:TOKEN\npage_size: 50\nmax_scan: 7\nmax_spans: 3\n"
                                          "max_span_depth: 2\ncatalogue_ttl: 30s\n");
    EXPECT_TRUE(faults.empty());
    EXPECT_EQ(read_back->page_size, 50u);
    EXPECT_EQ(read_back->max_scan, 7u);
    EXPECT_EQ(read_back->max_spans, 3u);
    EXPECT_EQ(read_back->max_span_depth, 2u);
    EXPECT_EQ(read_back->catalogue_ttl, std::chrono::seconds(30));
}

TEST(GradientOptions, ReportEveryFaultAtOnceAndNoSecret) {
    const auto faults = read("page_size: 201\nmax_scan: 0\ncatalogue_ttl: never\nmodel_key: x\n").faults;
    EXPECT_EQ(faults.size(), 5u); // access_token is missing, model_key is unknown
    for (const auto& each : read("access_token: env:FORGED\n").faults)
        EXPECT_EQ(each.find("dop_v1"), std::string::npos) << each;
    EXPECT_EQ(read("access_token: env:FORGED\n").faults.size(), 1u);
    EXPECT_EQ(read("access_token: dop_v1_literal\n").faults.size(), 1u);
}

TEST(GradientVendor, IsReadyBeforeAnyConstructorRuns) {
    EXPECT_EQ(vendor.name, "gradient");
    EXPECT_EQ(vendor.default_base_url, "https://api.digitalocean.com");
}

} // namespace
} // namespace evalbridge::gradient
