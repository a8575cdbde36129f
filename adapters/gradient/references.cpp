#include "adapters/gradient/references.hpp"

#include "adapters/gradient/encode.hpp"
#include "adapters/gradient/exchange.hpp"

#include <chrono>

namespace evalbridge::gradient {
namespace {

constexpr std::size_t most_cases = 256;
constexpr std::size_t most_runs = 1'024;

} // namespace

references::references(const connection& context, const options& how)
    : context_(context), metrics_(how.catalogue_ttl, 1), cases_(how.catalogue_ttl, most_cases),
      runs_(std::chrono::hours(24), most_runs) {}

boost::asio::awaitable<result<std::shared_ptr<const metric_catalogue>>> references::metrics(const call& c) {
    const std::string key = "all";
    if (const auto* kept = metrics_.find(key, context_.time.now()))
        co_return *kept;
    const auto request = encode_list_metrics();
    const auto asking = c.named("list_metrics");
    auto answer = co_await exchange(context_, request, asking);
    if (!answer)
        co_return answer.error();
    auto decoded = understood(context_, request, asking, std::move(*answer), decode_catalogue(answer->body));
    if (!decoded)
        co_return decoded.error();
    auto shared = std::make_shared<const metric_catalogue>(std::move(*decoded));
    metrics_.put(key, shared, context_.time.now());
    co_return shared;
}

boost::asio::awaitable<result<references::case_pointer>>
references::read_case(const std::string& id, std::optional<std::int64_t> version, const call& c) {
    const auto key = (version ? std::to_string(*version) : std::string()) + "/" + id;
    if (const auto* kept = cases_.find(key, context_.time.now()))
        co_return *kept;
    const auto request = encode_get_test_case(id, version);
    const auto asking = c.named("get_test_case");
    auto answer = co_await exchange(context_, request, asking);
    if (!answer)
        co_return answer.error();
    auto decoded = understood(context_, request, asking, std::move(*answer), decode_test_case(answer->body));
    if (!decoded)
        co_return decoded.error();
    auto shared = std::make_shared<const test_case>(std::move(*decoded));
    cases_.put(key, shared, context_.time.now());
    co_return shared;
}

boost::asio::awaitable<judge> references::judge_for(const run_facts& facts, const call& c) {
    case_pointer which_case;
    bool case_unread = false;
    if (facts.test_case) {
        auto found = co_await read_case(*facts.test_case, facts.test_case_version, c);
        if (found)
            which_case = std::move(*found);
        else
            unread("test case", found.error());
        case_unread = !found && found.error().code() != errc::not_found; // one that is gone has no thresholds
    }
    auto listed = co_await metrics(c);
    if (!listed)
        unread("metric catalogue", listed.error());
    co_return judge(context_.dictionary, listed ? *listed : nullptr, std::move(which_case), case_unread);
}

boost::asio::awaitable<judge> references::judge_for(run_identity which, const call& c) {
    if (const auto* known = facts(which)) {
        const run_facts copy = *known;
        co_return co_await judge_for(copy, c);
    }
    const auto request = encode_get_run(which.native_id);
    const auto asking = c.named("get_run");
    auto answer = co_await exchange(context_, request, asking);
    auto found = answer
                     ? understood(context_, request, asking, std::move(*answer), decode_run(answer->body, which, false))
                     : result<run>(answer.error());
    if (found) {
        const auto read = facts_of(*found);
        met(which, read);
        co_return co_await judge_for(read, c);
    }
    unread("run", found.error());
    auto listed = co_await metrics(c);
    co_return judge(context_.dictionary, listed ? *listed : nullptr, nullptr, true);
}

void references::met(const run_identity& which, const run_facts& facts) {
    runs_.put(std::string(which.native_id), facts, context_.time.now());
}

const run_facts* references::facts(const run_identity& which) const {
    return runs_.find(std::string(which.native_id), context_.time.now());
}

void references::unread(std::string_view what, const error& why) const {
    context_.log.warning(
        "thresholds_unread",
        {{"provider", context_.name}, {"what", what}, {"code", name_of(why.code())}, {"detail", why.detail()}});
}

} // namespace evalbridge::gradient
