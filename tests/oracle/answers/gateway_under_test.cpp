#include "tests/oracle/answers/gateway_under_test.hpp"

#include "base/percent.hpp"
#include "tests/integration/http_client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include <unistd.h>

namespace evalbridge::oracle {
namespace {

constexpr const char* dictionary_text = R"(
metrics:
  ranged:
    kind: agentic
    direction: lower_is_better
    range: [0, 5]
    threshold: {value: 2.5}
    native: {staso: [rule1, a1], gradient: [rule1, a1]}
  unitary:
    direction: higher_is_better
    range: [0, 1]
    native: {staso: [b2], gradient: [b2, RULE3]}
  worded:
    threshold: {passing_texts: ["yes", Good]}
    native: {gradient: [Latency4, b5]}
)";

std::string block(const std::string& name, const std::string& vendor, unsigned short port, const char* secret) {
    return "  " + name + ": {vendor: " + vendor + ", base_url: \"http://127.0.0.1:" + std::to_string(port) + "\", " +
           secret +
           ": \"file:secret\", retry: {attempts: 1}, breaker: {failures: 1000000}, cache: {size: 0}, "
           "rate_limit: {per_minute: 0, per_hour: 0}}\n";
}

} // namespace

const dictionary& configured_dictionary() {
    static const dictionary words = [] {
        metric_definition ranged, unitary, worded;
        ranged.name = "ranged";
        ranged.kind = metric_kind::agentic;
        ranged.traits.direction = score_direction::lower_is_better;
        ranged.traits.range = score_range{0, 5};
        ranged.traits.threshold = metric_threshold{2.5, {}};
        ranged.native = {{"staso", {"rule1", "a1"}}, {"gradient", {"rule1", "a1"}}};
        unitary.name = "unitary";
        unitary.traits.direction = score_direction::higher_is_better;
        unitary.traits.range = score_range{0, 1};
        unitary.native = {{"staso", {"b2"}}, {"gradient", {"b2", "RULE3"}}};
        worded.name = "worded";
        worded.traits.threshold = metric_threshold{{}, {"yes", "Good"}};
        worded.native = {{"gradient", {"Latency4", "b5"}}};
        return dictionary{ranged, unitary, worded};
    }();
    return words;
}

void gateway_under_test::add(const std::string& name, bool has_content, std::unique_ptr<random_vendor> vendor) {
    auto server = std::make_unique<vendor_server>(
        [raw = vendor.get()](const std::string& target) { return raw->answer(target); });
    providers_.push_back({name, has_content, std::move(vendor), std::move(server)});
}

gateway_under_test::gateway_under_test() {
    static int made = 0;
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("random-runs-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
    std::filesystem::create_directories(folder_);
    const auto& words = configured_dictionary();
    add("staso-all", false, random_staso({1000, true}, words));
    add("staso-cut", false, random_staso({7, false}, words));
    add("gradient-all", true, random_gradient({200, true}, words));
    add("gradient-cut", true, random_gradient({3, false}, words));
    std::string blocks;
    for (const auto& each : providers_)
        blocks += each.has_content ? block(each.name, "gradient", each.server->port(), "access_token")
                                   : block(each.name, "staso", each.server->port(), "api_key");
    std::ofstream(folder_ / "secret") << "not-a-secret";
    std::ofstream(folder_ / "metrics.yaml") << dictionary_text;
    std::ofstream(folder_ / "gateway.yaml")
        << "server: {listen: \"127.0.0.1:0\", drain_notice: 0s, shards: 1}\nstore: \"sqlite:" +
               (folder_ / "store.db").string() +
               "\"\nwatch: {keep: false}\narchive: {enabled: false}\nauth: none\nmetrics: metrics.yaml\nproviders:\n" +
               blocks;
    auto loaded = load_configuration(folder_ / "gateway.yaml", vendors());
    if (auto* faults = std::get_if<std::vector<config::fault>>(&loaded))
        throw std::runtime_error(to_string(faults->front()));
    app_ = std::make_unique<app>(std::get<configuration>(std::move(loaded)), log_);
    const auto address = app_->listen_address();
    port_ = static_cast<unsigned short>(std::stoi(address.substr(address.rfind(':') + 1)));
    thread_ = std::thread([this] { app_->run(); });
}

gateway_under_test::~gateway_under_test() {
    app_->drain();
    thread_.join();
    app_.reset();
    providers_.clear();
    std::filesystem::remove_all(folder_);
}

std::string gateway_under_test::get(const std::string& target) {
    const auto given = integration::send(port_, "GET", target, "", {});
    EXPECT_EQ(given.status, 200) << target << "\n" << given.body;
    return given.body;
}

void gateway_under_test::archive(const std::vector<std::string>& run_ids) {
    using namespace std::chrono_literals;
    for (const auto& each : run_ids)
        ASSERT_EQ(integration::send(port_, "POST", path_of(each) + "/archive", "", {}).status, 202) << each;
    for (const auto& each : run_ids) {
        std::string state;
        for (int i = 0; i < 3000 && state.find(R"("state":"complete")") == std::string::npos; ++i) {
            if (i > 0)
                std::this_thread::sleep_for(20ms);
            state = get(path_of(each) + "/archive");
            ASSERT_EQ(state.find(R"("last_error":")"), std::string::npos) << state;
        }
        ASSERT_NE(state.find(R"("state":"complete")"), std::string::npos) << state;
    }
}

std::string path_of(const std::string& run_id) { return "/v1/runs/" + encode_path_segment(run_id); }

} // namespace evalbridge::oracle
