#include "tests/conformance/harness.hpp"

#include "adapters/registry.hpp"
#include "tests/conformance/toy/toy.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace evalbridge::conformance {
namespace {

// A provider block as a configuration file has it, with its secret beside it.
std::shared_ptr<const vendor_options> options_of(const vendor_under_test& vendor) {
    const auto folder = std::filesystem::path(::testing::TempDir()) /
                        ("conformance-" + std::string(vendor.entry->name) + "-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "key") << "planted-secret";
    const auto file = folder / "provider.yaml";
    std::ofstream(file) << vendor.block << "\n";
    const auto document = config::document::load(file);
    auto options = vendor.entry->read_options(document.root());
    for (const auto& fault : document.finish())
        ADD_FAILURE() << to_string(fault);
    std::filesystem::remove_all(folder);
    return options;
}

template <class T, class List> std::vector<T> walk(List list, std::uint32_t limit) {
    std::vector<T> items;
    list_window window;
    window.limit = limit;
    for (int pages = 0; pages < 10'000; ++pages) {
        auto found = list(window);
        if (!found) {
            ADD_FAILURE() << found.error().detail();
            return items;
        }
        EXPECT_LE(found->items.size(), limit);
        EXPECT_EQ(found->has_more, found->next.has_value());
        for (const auto& each : found->items)
            items.push_back(each); // a copy owns its texts, and may outlive the page
        if (!found->has_more) {
            if (found->total) {
                EXPECT_EQ(*found->total, items.size());
            }
            return items;
        }
        window.from = *found->next;
        window.ordinal = items.size();
    }
    ADD_FAILURE() << "the walk doesn't end";
    return items;
}

} // namespace

harness::harness(const vendor_under_test& vendor, shape held)
    : held_(std::move(held)), vendor_(vendor), upstream_([this](const http_request& request) -> result<http_response> {
          return vendor_.answer(request, held_);
      }) {
    if (held_.status.empty())
        held_.status = vendor.done;
    const provider_context context{"under-test", upstream_, dictionary_, tags_, time_, log_};
    provider_ = vendor.entry->make(context, options_of(vendor));
}

std::vector<verdict> harness::walk_verdicts(const verdict_filter& filter, std::uint32_t limit) {
    return walk<verdict>(
        [&](const list_window& window) {
            return run(provider_->list_verdicts("r1", filter, window, read_options(), call_));
        },
        limit);
}

std::vector<run_result> harness::walk_results(const verdict_filter& filter, std::uint32_t limit) {
    return walk<run_result>(
        [&](const list_window& window) {
            return run(provider_->list_results("r1", filter, window, read_options(), call_));
        },
        limit);
}

http_response json_answer(std::string body, int status) {
    http_response response;
    response.status = status;
    response.fields.add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

std::string query_value(const http_request& request, std::string_view name, std::string fallback) {
    const auto query = request.target.find('?');
    auto rest = query == std::string::npos ? std::string_view() : std::string_view(request.target).substr(query + 1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) == name)
            return std::string(pair.substr(equals + 1));
    }
    return fallback;
}

const std::vector<vendor_under_test>& all_under_test() {
    static const std::vector<vendor_under_test> all = {staso_under_test(), gradient_under_test(), toy_under_test()};
    return all;
}

harness answering(const vendor_under_test& vendor, http_response fixed) {
    auto copy = std::make_shared<vendor_under_test>(vendor);
    copy->answer = [fixed](const http_request&, const shape&) { return fixed; };
    static std::vector<std::shared_ptr<vendor_under_test>> kept; // a harness refers to its vendor
    kept.push_back(copy);
    return harness(*kept.back());
}

http_response answer_with(int status, std::string body) { return json_answer(std::move(body), status); }

std::string name_of_case(const ::testing::TestParamInfo<vendor_under_test>& info) {
    return std::string(info.param.entry->name);
}

} // namespace evalbridge::conformance
