// The runs of a test case: the only list of runs that the vendor documents, and the way to know what a create started
// whose answer was lost.

#include "adapters/gradient/encode.hpp"
#include "adapters/gradient/exchange.hpp"
#include "adapters/gradient/provider.hpp"

namespace evalbridge::gradient {

provider::task<run_list> gradient_provider::read_runs(const std::string& test_case, const call& c) {
    if (!is_native_id(test_case))
        co_return unknown_id("test case");
    const auto request = encode_list_runs(test_case);
    auto answer = co_await exchange(context_, request, c);
    if (!answer)
        co_return answer.error();
    co_return understood(context_, request, c, std::move(*answer), decode_run_list(answer->body, context_.name));
}

provider::task<std::vector<run>> gradient_provider::list_runs(const run_listing& which, const call& c) {
    if (!which.test_case_id)
        co_return blame(context_, error(errc::unsupported)
                                      .because("This vendor lists the runs of one test case only.")
                                      .fault("/test_case_id", "this vendor lists the runs of one test case only"));
    const auto asking = c.named("list_runs");
    auto found = co_await read_runs(*which.test_case_id, asking);
    if (!found)
        co_return found.error();
    for (auto& each : found->runs)
        co_await complete(each, asking);
    co_return std::move(found->runs);
}

provider::task<std::vector<run>> gradient_provider::find_started(const run_spec& spec, const call& c) {
    const auto* scope = std::get_if<test_case_scope>(&spec.scope);
    if (!scope || !spec.tag)
        co_return blame(context_, error(errc::unsupported)
                                      .because("What a create started is found by its tag in the runs of a test case, "
                                               "and this one has none."));
    const auto asking = c.named("find_started");
    auto found = co_await read_runs(scope->test_case_id, asking);
    if (!found)
        co_return found.error();
    // That nothing was started must be told, not left out.
    if (!found->told)
        co_return blame(context_, error(errc::provider_malformed).because("/evaluation_runs: expected a list"));
    std::vector<run> started;
    for (auto& each : found->runs) {
        // The name as it came, since the tags of this configuration may not be those of the create.
        if (!each.name || each.name->find(*spec.tag) == std::string::npos)
            continue;
        co_await complete(each, asking);
        started.push_back(std::move(each));
    }
    co_return started;
}

} // namespace evalbridge::gradient
