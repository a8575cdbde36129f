#include "tests/integration/world.hpp"

#include "base/percent.hpp"
#include "tests/integration/openapi_check.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include <unistd.h>

namespace evalbridge::integration {
namespace {

std::filesystem::path fresh_folder() {
    static std::atomic<int> count{0};
    const auto folder = std::filesystem::path(::testing::TempDir()) /
                        ("world-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(folder);
    return folder;
}

void write_file(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

std::string block(const std::string& name, const std::string& vendor, const std::string& base_url,
                  const std::string& secret, const std::string& more) {
    return "  " + name + ": {vendor: " + vendor + ", base_url: \"" + base_url + "\", " + secret +
           (more.empty() ? "" : ", " + more) + "}\n";
}

configuration load(const std::filesystem::path& file) {
    auto loaded = load_configuration(file, vendors());
    if (auto* faults = std::get_if<std::vector<config::fault>>(&loaded)) {
        std::string text;
        for (const auto& each : *faults)
            text += to_string(each) + "\n";
        throw std::runtime_error(text);
    }
    return std::get<configuration>(std::move(loaded));
}

unsigned short port_of(const std::string& address) {
    return static_cast<unsigned short>(std::stoi(address.substr(address.rfind(':') + 1)));
}

} // namespace

world::world(world_options options) : folder_(fresh_folder()), tls_(options.tls) {
    sandbox::options chosen;
    chosen.speed = 1;
    chosen.tls = options.tls;
    sandbox_ = std::make_unique<sandbox::server>(chosen);
    ready_ = boost::json::parse(sandbox_->ready_line());
    sandbox_thread_ = std::thread([this] { sandbox_->run(); });

    write_file(folder_ / "staso_key", sample("staso_api_key"));
    write_file(folder_ / "gradient_token", sample("gradient_token"));
    auto providers = options.providers;
    const auto trusting = tls_ ? "ca_file: \"" + ca_file() + "\"" : std::string();
    const auto keys = [&](const std::string& more) {
        return trusting + (trusting.empty() || more.empty() ? "" : ", ") + more;
    };
    const auto url = [&](const char* vendor) { return std::string(ready_.at(vendor).as_string()); };
    if (providers.empty())
        providers = block("staso-box", "staso", url("staso"), "api_key: \"file:staso_key\"", keys(options.staso_keys)) +
                    block("gradient-box", "gradient", url("gradient"), "access_token: \"file:gradient_token\"",
                          keys(options.gradient_keys));
    const auto store = options.store.empty() ? "sqlite:" + (folder_ / "store.db").string() : options.store;
    write_file(folder_ / "gateway.yaml",
               "server: {listen: \"127.0.0.1:0\", drain_notice: 0s, " + options.server + "}\nstore: \"" + store +
                   "\"\nwatch: {keep: " + (options.keep ? "true" : "false") + "}\narchive: {" + options.archive +
                   "}\nauth: " + options.auth + "\nproviders:\n" + providers);
    app_ = std::make_unique<app>(load(folder_ / "gateway.yaml"), log_);
    port_ = port_of(app_->listen_address());
    app_thread_ = std::thread([this] { app_->run(); });
}

world::~world() {
    app_->drain();
    app_thread_.join();
    sandbox_->stop();
    sandbox_thread_.join();
    std::filesystem::remove_all(folder_);
}

answer world::request(const std::string& method, const std::string& target, const std::string& body, fields extra) {
    auto given = send(port_, method, target, body, extra);
    EXPECT_FALSE(given.field("x-request-id").empty());
    EXPECT_FALSE(given.field("date").empty());
    if (method != "OPTIONS")
        check_against_openapi(method, target, given);
    return given;
}

answer world::get(const std::string& target, fields extra) { return request("GET", target, "", std::move(extra)); }

answer world::post(const std::string& target, const std::string& body, fields extra) {
    return request("POST", target, body, std::move(extra));
}

answer world::ask_vendor(unsigned short port, const std::string& method, const std::string& target,
                         const std::string& body, const fields& credential) {
    return (tls_ ? send_tls : send)(port, method, target, body, credential);
}

answer world::staso(const std::string& method, const std::string& target, const std::string& body) {
    const fields key{{"X-API-Key", sample("staso_api_key")}};
    return ask_vendor(sandbox_->staso_port(), method, target, body, key);
}

answer world::gradient(const std::string& method, const std::string& target, const std::string& body) {
    const fields key{{"Authorization", "Bearer " + sample("gradient_token")}};
    return ask_vendor(sandbox_->gradient_port(), method, target, body, key);
}

void world::scenario(const std::string& json) {
    const auto set = staso("PUT", "/__sandbox/scenario", json);
    ASSERT_LT(set.status, 300) << set.body;
}

void world::every_answer(const std::string& fault) {
    scenario(R"({"staso":{"faults":[)" + fault + R"(]},"gradient":{"faults":[)" + fault + "]}}");
}

void world::let_pass(int seconds) {
    const auto body = "{\"seconds\":" + std::to_string(seconds) + "}";
    staso("POST", "/__sandbox/advance", body);
    gradient("POST", "/__sandbox/advance", body);
}

std::string world::start(const std::string& spec) {
    const auto started = post("/v1/runs", spec);
    EXPECT_EQ(started.status, 201) << started.body;
    return started.text("runs/0/id");
}

boost::json::value world::finish(const std::string& run_id) {
    for (int i = 0; i < 60; ++i) {
        const auto now = get(run_path(run_id));
        if (now.status != 200)
            return now.json();
        if (now.at("terminal") == true) {
            await_record(run_id, now.at("status"));
            return now.json();
        }
        let_pass(30);
    }
    ADD_FAILURE() << run_id << " doesn't end";
    return nullptr;
}

void world::await_record(const std::string& run_id, const boost::json::value& status) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
        const auto told = get(run_path(run_id) + "/history");
        if (told.status != 200)
            return; // the store is away, or isn't there to keep anything
        const auto steps = told.at("steps").as_array();
        if (!steps.empty() && steps.back().at("status") == status)
            return;
        std::this_thread::yield();
    }
    ADD_FAILURE() << run_id << " isn't recorded as ended";
}

std::string world::finished_staso_run(const std::string& scope) {
    const auto chosen = scope.empty() ? R"({"agent_id":")" + sample("agent_id") + "\"}" : scope;
    const auto id = start(R"({"provider":"staso-box","name":"nightly","scope":)" + chosen +
                          R"(,"metrics":["task_completion_rate","latency_p95","hallucination"]})");
    finish(id);
    return id;
}

std::string world::finished_gradient_run() {
    const auto id = start(R"({"provider":"gradient-box","name":"nightly","scope":{"test_case_id":")" +
                          sample("test_case_uuid") + R"(","agents":[")" + sample("agent_uuid") + "\"]}}");
    finish(id);
    return id;
}

std::string world::sample(std::string_view name) const {
    return std::string(ready_.at("samples").at(name).as_string());
}

std::string run_path(const std::string& run_id) { return "/v1/runs/" + encode_path_segment(run_id); }

} // namespace evalbridge::integration
