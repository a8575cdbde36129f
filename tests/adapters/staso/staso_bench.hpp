#pragma once
// A provider of this vendor on a scripted upstream, for every test of it.

#include "adapters/staso/options.hpp"
#include "adapters/staso/provider.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <string>

namespace evalbridge::staso {

inline metric_dictionary small_dictionary() {
    metric_definition latency;
    latency.name = "latency";
    latency.kind = metric_kind::programmatic;
    latency.traits.direction = score_direction::lower_is_better;
    latency.native["staso"] = {"latency_p95"};
    metric_definition quality;
    quality.name = "answer_quality";
    quality.traits.direction = score_direction::higher_is_better;
    quality.traits.range = score_range{0, 5};
    quality.native["staso"] = {"7c9a0000-0000-4000-8000-00000000000a"};
    return metric_dictionary({latency, quality});
}

inline run_spec small_spec() {
    run_spec spec;
    spec.provider = "staso-test";
    spec.name = "smoke";
    spec.scope = trace_scope{"abc-123"};
    spec.metrics = {{metric_selector::by::name, "task_completion_rate"}};
    return spec;
}

struct bench {
    explicit bench(testing::scripted_upstream::answerer answer = {}, options with = {}) : wire(std::move(answer)) {
        with.api_key = secret("ak_live_planted_secret");
        const provider_context context{"staso-test", wire, dictionary, tags, time, log};
        under_test = std::make_unique<staso_provider>(context, std::make_shared<const options>(std::move(with)));
    }

    template <class T> result<T> run(boost::asio::awaitable<result<T>> task) {
        return testing::run_task(std::move(task));
    }
    staso_provider& provider() { return *under_test; }
    std::string target(std::size_t request) const { return wire.requests.at(request).target; }

    metric_dictionary dictionary = small_dictionary();
    run_tag_format tags;
    testing::manual_clock time;
    testing::captured_log log;
    testing::scripted_upstream wire;
    call any_call = testing::test_call();
    read_options plain;
    std::unique_ptr<staso_provider> under_test;
};

} // namespace evalbridge::staso
