// Vendors that can't be reached, or that aren't who they say they are, at every operation of the gateway.

#include "tests/integration/hostile.hpp"

namespace evalbridge::integration {
namespace {

constexpr auto unavailable = "provider_unavailable";

class HostileConnection : public HostileVendor {
  protected:
    // Nothing is kept, so that each request meets the certificate of its time.
    HostileConnection() : HostileVendor("idle_timeout: 0s") {}

    void expect_unreached(const operation& of, const told& met, const std::string& cell, const std::string& why) {
        const hostile row{cell.c_str(), comes::error, {unavailable}, false, false};
        expect_told(row, of, met);
        EXPECT_NE(met.given.text("detail").find(why), std::string::npos) << cell << "\n" << met.given.body;
        if (!of.creates.empty())
            expect_sent_once(of, met.given, cell, false);
    }
};

INSTANTIATE_TEST_SUITE_P(Plain, HostileConnection, ::testing::Values(false));
using HostileIdentity = HostileConnection;
INSTANTIATE_TEST_SUITE_P(Tls, HostileIdentity, ::testing::Values(true));

TEST_P(HostileConnection, IsRefusedForAWhile) {
    for (const auto& each : operations) {
        forget_counts();
        // Through the other vendor's port: the one that is down takes no orders either.
        const bool staso = each.vendor == "staso";
        const auto order = [&](const std::string& scenario) {
            return (staso ? w.gradient("PUT", "/__sandbox/scenario", scenario)
                          : w.staso("PUT", "/__sandbox/scenario", scenario));
        };
        ASSERT_EQ(order("{\"" + each.vendor + "\":{\"down_ms\":600000}}").status, 200);
        const auto met = ask(each, "5");
        ASSERT_EQ(order("{}").status, 200);
        expect_unreached(each, met, "down with " + each.full_name(), "refused");
        all_well();
        expect_right(each, ask(each, "5").given, "after a while down: " + each.full_name());
    }
    expect_nothing_left("a while down");
}

TEST_P(HostileIdentity, IsNotBelieved) {
    struct row {
        const char* certificate;
        const char* why;
    };
    for (const auto& [certificate, why] :
         {row{"expired", "expired"}, row{"self_signed", "not signed by an authority"},
          row{"wrong_host", "not valid for the provider"}, row{"cn_only", "not valid for the provider"},
          row{"unknown_ca", "not signed by an authority"}}) {
        for (const auto& each : operations) {
            const auto cell = std::string(certificate) + " with " + each.full_name();
            forget_counts();
            meet(R"("tls":{"certificate":")" + std::string(certificate) + "\"}");
            const auto met = ask(each, "5");
            all_well();
            expect_unreached(each, met, cell, why);
            expect_right(each, ask(each, "5").given, "after " + cell);
        }
        expect_nothing_left(certificate);
    }
}

} // namespace
} // namespace evalbridge::integration
