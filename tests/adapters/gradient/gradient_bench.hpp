#pragma once
// A provider of this vendor on a scripted upstream, for every test of it.

#include "adapters/gradient/options.hpp"
#include "adapters/gradient/provider.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace evalbridge::gradient {

inline std::string fixture(const std::string& name) {
    std::ifstream in(EVALBRIDGE_SOURCE_DIR "/tests/fixtures/gradient/" + name, std::ios::binary);
    if (!in)
        throw std::runtime_error("no fixture " + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline http_response answer_of(int status, std::string body) {
    http_response out;
    out.status = status;
    out.fields.add("Content-Type", "application/json");
    out.body = std::move(body);
    return out;
}

inline metric_dictionary small_dictionary() {
    metric_definition correctness;
    correctness.name = "correctness";
    correctness.kind = metric_kind::llm_judge;
    correctness.native["gradient"] = {"Correctness (general hallucinations)", "Correctness"};
    metric_definition toxicity;
    toxicity.name = "toxicity";
    toxicity.traits.threshold.emplace();
    toxicity.traits.threshold->passing_texts = {"no"};
    toxicity.native["gradient"] = {"Toxicity"};
    return metric_dictionary({correctness, toxicity});
}

inline run_spec small_spec() {
    run_spec spec;
    spec.provider = "do";
    spec.name = "smoke";
    test_case_scope scope;
    scope.test_case_id = "tc-1";
    scope.agents = {"agent-1"};
    spec.scope = scope;
    return spec;
}

struct bench {
    explicit bench(testing::scripted_upstream::answerer answer = {}, options with = {}) : wire(std::move(answer)) {
        with.access_token = secret("dop_v1_planted_secret");
        const provider_context context{"do", wire, dictionary, tags, time, log};
        under_test = std::make_unique<gradient_provider>(context, std::make_shared<const options>(std::move(with)));
        any_call.deadline = time.now() + std::chrono::minutes(1);
    }

    template <class T> result<T> run(boost::asio::awaitable<result<T>> task) {
        return testing::run_task(std::move(task));
    }
    gradient_provider& provider() { return *under_test; }
    std::string target(std::size_t request) const { return wire.requests.at(request).target; }
    std::vector<std::string> targets() const {
        std::vector<std::string> out;
        for (const auto& each : wire.requests)
            out.push_back(each.target);
        return out;
    }

    metric_dictionary dictionary = small_dictionary();
    run_tag_format tags;
    testing::manual_clock time;
    testing::captured_log log;
    testing::scripted_upstream wire;
    call any_call = testing::test_call();
    read_options plain;
    verdict_filter no_filter;
    list_window first_window;
    std::unique_ptr<gradient_provider> under_test;
};

inline bool has_note(const mapping_notes& notes, note_kind kind, std::string_view member) {
    for (const auto& each : notes)
        if (each.kind == kind && each.member == member)
            return true;
    return false;
}

} // namespace evalbridge::gradient
