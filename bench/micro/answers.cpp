#include "bench/micro/answers.hpp"

#include "adapters/gradient/provider.hpp"
#include "adapters/staso/provider.hpp"
#include "config/settings.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace evalbridge::bench {
namespace {

std::string file_in_source(const std::string& path) {
    std::ifstream in(EVALBRIDGE_SOURCE_DIR "/" + path, std::ios::binary);
    if (!in) {
        std::fprintf(stderr, "no %s: python3 bench/bodies.py writes the answers\n", path.c_str());
        std::exit(2);
    }
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

http_response ok(const std::string& body) {
    http_response out;
    out.status = 200;
    out.fields = {{"Content-Type", "application/json"}};
    out.body = shared_text(body);
    return out;
}

std::unordered_map<std::string, http_response> answers_of(std::string_view vendor, const std::string& list) {
    const std::string run = canned_provider::run_id;
    if (vendor == "staso")
        return {{"/v1/eval/runs/" + run, ok(answer_named("poll"))},
                {"/v1/eval/runs/" + run + "/verdicts", ok(answer_named(list))}};
    return {{"/v2/gen-ai/evaluation_runs/" + run + "/results", ok(answer_named(list))},
            {"/v2/gen-ai/evaluation_metrics", ok(answer_named("catalogue"))},
            {"/v2/gen-ai/evaluation_test_cases/" + answer_named("test_case_id"), ok(answer_named("test_case"))}};
}

} // namespace

const std::string& answer_named(const std::string& name) {
    static std::map<std::string, std::string> read;
    const auto known = read.find(name);
    if (known != read.end())
        return known->second;
    return read[name] = file_in_source("build/bench/bodies/" + name + ".sample");
}

const metric_dictionary& shipped_dictionary() {
    static const metric_dictionary dictionary = [] {
        const auto document = config::document::parse(file_in_source("config/metrics.yaml"), "metrics.yaml");
        return read_dictionary(document.root());
    }();
    return dictionary;
}

canned_provider::canned_provider(std::string_view vendor, const std::string& list) : vendor_(answers_of(vendor, list)) {
    const provider_context parts{std::string(vendor), vendor_, shipped_dictionary(), tags_, time_, log_};
    if (vendor == "staso") {
        const auto options = std::make_shared<staso::options>();
        options->api_key = secret("a key");
        provider_ = std::make_unique<staso::staso_provider>(parts, options);
    } else {
        const auto options = std::make_shared<gradient::options>();
        options->access_token = secret("a token");
        provider_ = std::make_unique<gradient::gradient_provider>(parts, options);
    }
}

call any_call() {
    call c;
    c.client = "bench";
    c.deadline = system_clock().now() + std::chrono::hours(1);
    return c;
}

} // namespace evalbridge::bench
