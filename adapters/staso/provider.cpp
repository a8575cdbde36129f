#include "adapters/staso/provider.hpp"

#include "adapters/staso/catalogue.hpp"
#include "adapters/staso/encode.hpp"
#include "adapters/staso/reads.hpp"
#include "adapters/staso/results.hpp"
#include "adapters/staso/vocabulary.hpp"
#include "mapping/ascii.hpp"

namespace evalbridge::staso {
namespace {

error no_such_run() { return error(errc::not_found).because("The provider has no such run."); }

run known_by_id(const std::string& provider, std::string native_id) {
    run r;
    r.id = make_run_id(provider, native_id);
    r.provider = provider;
    r.vendor = vendor_name;
    r.native_id = std::move(native_id);
    return r;
}

// A run that was started isn't lost as long as its id can be read.
std::optional<run> started_by(std::string_view body, const std::string& provider, const run_spec& spec) {
    auto id = decode_run_id(body);
    if (!id)
        return {};
    auto r = known_by_id(provider, std::move(*id));
    r.name = spec.name;
    r.scope = spec.scope;
    r.mapping.push_back({note_kind::lossy, "status", "the vendor's answer could be read for its id only"});
    return r;
}

capabilities capabilities_of(const options& settings) {
    capabilities can;
    can.cancel = true;
    can.filter_passed = true;
    can.lists_runs = settings.list_runs;
    can.scopes = {"trace_id", "session_id", "dataset_id", "agent_id", "time_range"};
    can.max_upstream_page = settings.max_page_size;
    return can;
}

// What a refused summary may mean. The route isn't documented, and the verdicts say the same.
enum class summary_refusal { no_route, not_yet_or_no_route, other };

summary_refusal judge_summary_refusal(const error& e) {
    const auto status = e.provider() ? e.provider()->status.value_or(0) : 0;
    if (status == 405 || status == 501)
        return summary_refusal::no_route;
    return status == 404 || status == 409 ? summary_refusal::not_yet_or_no_route : summary_refusal::other;
}

} // namespace

staso_provider::staso_provider(provider_context context, std::shared_ptr<const options> settings)
    : settings_(std::move(settings)), vendor_(context, *settings_), dictionary_(context.dictionary),
      tags_(context.tags), log_(context.log), can_(capabilities_of(*settings_)) {}

std::string_view staso_provider::vendor() const { return vendor_name; }

result<void> staso_provider::check(const run_spec& spec) const { return check_spec(spec, name(), *settings_); }

provider::task<std::vector<run>> staso_provider::create_runs(const run_spec& spec, const call& c) {
    if (auto fits = check(spec); !fits)
        co_return fits.error();
    const auto request = encode_create(spec, *settings_, dictionary_);
    auto once = c.named("create_run");
    once.may_replay = replay::only_if_unsent;
    auto answer = co_await vendor_.send(request, operation::create_run, once);
    if (!answer)
        co_return std::move(answer).error();
    auto started = decode_run(answer->body, decoding(), true);
    if (!started) {
        auto known = started_by(answer->body, name(), spec);
        if (!known)
            co_return vendor_.named(unreadable_create(started.error()), *answer);
        started = std::move(*known);
    }
    take_tag_off(*started, tags_);
    if (!spec.name)
        started->mapping.push_back({note_kind::defaulted, "name", "the run spec has none, and the vendor is sent one"});
    notice(*started);
    std::vector<run> runs;
    runs.push_back(std::move(*started));
    co_return runs;
}

provider::task<run> staso_provider::get_run(const std::string& native_id, const read_options& read, const call& c) {
    if (!is_addressable(native_id))
        co_return no_such_run();
    const auto request = encode_get(native_id, *settings_);
    const auto named = c.named("get_run");
    auto answer = co_await vendor_.send(request, operation::get_run, named);
    if (!answer)
        co_return std::move(answer).error();
    auto decoded = decode_run(answer->body, decoding(read.raw));
    // On a connection that is used again, what nobody asked for can pass for the next answer.
    if (decoded && !decoded->native_id.empty() && !equal_folded(decoded->native_id, native_id))
        decoded = error(errc::provider_malformed).because("another run than the one asked for");
    const bool ended = decoded && is_terminal(decoded->status);
    auto found = vendor_.understood(request, named, std::move(*answer), std::move(decoded), ended);
    if (!found)
        co_return found;
    // The id that it answers to is its id, whatever spelling the row has.
    found->native_id = native_id;
    found->id = make_run_id(name(), native_id);
    take_tag_off(*found, tags_);
    notice(*found);
    co_return std::move(*found);
}

provider::task<run> staso_provider::cancel_run(const std::string& native_id, const call& c) {
    if (!is_addressable(native_id))
        co_return no_such_run();
    const auto request = encode_cancel(native_id, *settings_);
    const auto named = c.named("cancel_run");
    auto answer = co_await vendor_.send(request, operation::cancel_run, named);
    if (!answer && answer.error().code() == errc::conflict)
        co_return co_await settle_refused_cancel(native_id, answer.error(), c);
    if (!answer)
        co_return std::move(answer).error();
    // What the vendor answers isn't documented, so the row is read again.
    const read_options plain;
    auto after = co_await get_run(native_id, plain, c);
    if (!after && after.error().code() != errc::not_found) {
        auto asked = known_by_id(name(), native_id);
        asked.status = run_status::cancelling;
        asked.mapping.push_back({note_kind::derived, "status", "cancel requested; the row could not be read again"});
        co_return asked;
    }
    if (after && (after->status == run_status::pending || after->status == run_status::running)) {
        after->status = run_status::cancelling;
        after->mapping.push_back({note_kind::derived, "status", "cancel requested"});
    }
    co_return after;
}

// A refusal may only mean that the run has ended: then it is as the caller wants it, or can't be any more.
provider::task<run> staso_provider::settle_refused_cancel(const std::string& native_id, error refusal, const call& c) {
    const read_options plain;
    auto now = co_await get_run(native_id, plain, c);
    if (!now || now->status == run_status::cancelled)
        co_return now;
    if (is_terminal(now->status)) {
        std::string why = "The run has already ended: it is ";
        why += name_of(now->status);
        why += '.';
        refusal = std::move(refusal).because(std::move(why));
    }
    co_return refusal;
}

provider::task<page<verdict>> staso_provider::list_verdicts(const std::string& native_id, const verdict_filter& filter,
                                                            const list_window& window, const read_options& read,
                                                            const call& c) {
    if (!is_addressable(native_id))
        co_return no_such_run();
    if (filter.level == verdict_filter::levels::span) { // its verdicts are about whole traces
        const read_options plain;
        auto of = co_await get_run(native_id, plain, c);
        if (!of)
            co_return std::move(of).error();
        page<verdict> none;
        none.total = 0;
        none.run_terminal = is_terminal(of->status);
        co_return none;
    }
    const auto selected = select(filter);
    const auto source = verdicts_of(native_id, selected.passed, read.raw);
    if (selected.complete)
        co_return co_await read_selected(source, window, c);
    co_return co_await read_scanned(source, filter, window, c);
}

provider::task<page<run_result>> staso_provider::list_results(const std::string& native_id,
                                                              const verdict_filter& filter, const list_window& window,
                                                              const read_options& read, const call& c) {
    if (!is_addressable(native_id))
        co_return no_such_run();
    result_grouping grouping;
    const std::function<void(verdict&&)> take = [&grouping](verdict&& v) { grouping.add(std::move(v)); };
    const auto source = verdicts_of(native_id, {}, read.raw);
    if (auto all = co_await read_all(source, take, c); !all)
        co_return all.error();
    auto results = std::move(grouping).take();
    window_collector<run_result> collector(window);
    std::uint64_t total = window.ordinal;
    for (auto at = window.from.index; at < results.size(); ++at) {
        if (!matches(filter, results[at]))
            continue;
        ++total;
        if (!collector.satisfied())
            collector.offer(std::move(results[at]), walk_position{at + 1, 0});
    }
    co_return std::move(collector).finish(!collector.satisfied(), total);
}

provider::task<run_result> staso_provider::get_result(const std::string& native_id, const std::string& result_id,
                                                      const read_options& read, const call& c) {
    if (!is_addressable(native_id))
        co_return no_such_run();
    result_grouping grouping;
    const std::function<void(verdict&&)> take = [&](verdict&& v) {
        if (v.result_id == result_id)
            grouping.add(std::move(v));
    };
    const auto source = verdicts_of(native_id, {}, read.raw);
    if (auto all = co_await read_all(source, take, c); !all)
        co_return all.error();
    auto results = std::move(grouping).take();
    if (results.empty())
        co_return error(errc::not_found).because("The run has no verdict on such a trace.");
    co_return std::move(results.front());
}

provider::task<summary> staso_provider::get_summary(const std::string& native_id, const read_options& read,
                                                    const call& c) {
    if (!is_addressable(native_id))
        co_return no_such_run();
    const auto request = encode_summary(native_id, *settings_);
    const auto named = c.named("get_summary");
    auto answer = co_await vendor_.send(request, operation::get_summary, named);
    if (answer)
        co_return vendor_.understood(request, named, std::move(*answer),
                                     decode_summary(answer->body, native_id, decoding(read.raw)), c.run_has_ended);
    const auto refusal = judge_summary_refusal(answer.error());
    if (refusal == summary_refusal::other)
        co_return std::move(answer).error();
    const read_options plain;
    auto of = co_await get_run(native_id, plain, c);
    if (!of)
        co_return std::move(of).error();
    if (refusal == summary_refusal::not_yet_or_no_route && !is_terminal(of->status))
        co_return vendor_.named(error(errc::conflict).because("The run has no summary yet.").retryable(true));
    co_return co_await compute_summary(native_id, *of, c);
}

provider::task<summary> staso_provider::compute_summary(const std::string& native_id, const run& of, const call& c) {
    summary_fold fold(of.id);
    const std::function<void(verdict&&)> take = [&fold](verdict&& v) { fold.add(v); };
    const auto source = verdicts_of(native_id, {}, false);
    auto reading = c;
    reading.run_has_ended = c.run_has_ended || is_terminal(of.status);
    if (auto all = co_await read_all(source, take, reading); !all)
        co_return all.error();
    auto computed = fold.finish();
    computed.run_terminal = is_terminal(of.status);
    co_return computed;
}

provider::task<std::vector<metric_info>> staso_provider::list_metrics(const read_options&, const call&) {
    co_return built_in_metrics(name(), dictionary_);
}

verdict_walk::source staso_provider::verdicts_of(const std::string& native_id, std::optional<bool> passed, bool raw) {
    return {vendor_, *settings_, decoding(raw), native_id, passed, shown_to_serve_};
}

void staso_provider::notice(const run& r) {
    if (r.status == run_status::unknown && r.native_status)
        log_.warning("unknown_native_status", {{"provider", name()}, {"status", *r.native_status}});
}

} // namespace evalbridge::staso
