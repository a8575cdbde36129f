#pragma once
// A provider of a vendor under test, on an upstream that its miniature server answers.

#include "tests/conformance/vendor_under_test.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <set>

namespace evalbridge::conformance {

class harness {
  public:
    explicit harness(const vendor_under_test& vendor, shape held = {});

    template <class T> result<T> run(boost::asio::awaitable<result<T>> task) {
        return testing::run_task(std::move(task));
    }
    provider& under_test() { return *provider_; }
    testing::scripted_upstream& wire() { return upstream_; }
    call& any_call() { return call_; }

    /// All items of a list, walked by cursor in pages of `limit`; a walk that doesn't end is a failure.
    std::vector<verdict> walk_verdicts(const verdict_filter& filter, std::uint32_t limit);
    std::vector<run_result> walk_results(const verdict_filter& filter, std::uint32_t limit);

  private:
    shape held_;
    const vendor_under_test& vendor_;
    testing::manual_clock time_;
    testing::captured_log log_;
    metric_dictionary dictionary_;
    run_tag_format tags_;
    testing::scripted_upstream upstream_;
    call call_ = testing::test_call();
    std::unique_ptr<provider> provider_;
};

/// The vendor whose every answer is that one.
harness answering(const vendor_under_test& vendor, http_response fixed);
http_response answer_with(int status, std::string body = R"({"message":"no"})");
std::string name_of_case(const ::testing::TestParamInfo<vendor_under_test>& info);

} // namespace evalbridge::conformance
