#include "adapters/gradient/provider.hpp"

#include "adapters/gradient/encode.hpp"
#include "adapters/gradient/exchange.hpp"
#include "adapters/gradient/vocabulary.hpp"

namespace evalbridge::gradient {

gradient_provider::gradient_provider(provider_context context, std::shared_ptr<const options> how)
    : context_{std::move(context), how->access_token}, how_(std::move(how)), references_(context_, *how_) {
    sizes_.at_most = how_->page_size;
}

std::string_view gradient_provider::vendor() const { return vendor_name; }

const capabilities& gradient_provider::can() const {
    static const capabilities all = [] {
        capabilities out;
        out.results_have_content = true;
        out.verdicts_by_item = true;
        out.span_verdicts = true;
        out.multiple_runs_per_create = true;
        out.lists_runs_by_test_case = true;
        out.scopes = {"test_case_id"};
        out.max_upstream_page = max_page_size;
        return out;
    }();
    return all;
}

result<void> gradient_provider::check(const run_spec& spec) const {
    auto checked = check_spec(spec);
    if (!checked)
        return blame(context_, checked.error());
    return checked;
}

error gradient_provider::unknown_id(std::string_view what) const {
    return blame(context_,
                 error(errc::not_found).because("The provider can't have a " + std::string(what) + " of that id."));
}

prompt_options gradient_provider::prompts_for(const read_options& options, verdict_filter::levels level) const {
    prompt_options out;
    out.spans = options.spans;
    out.span_verdicts = options.spans || level != verdict_filter::levels::item;
    out.raw = out.raw_metrics = options.raw;
    out.max_spans = how_->max_spans;
    out.max_span_depth = how_->max_span_depth;
    return out;
}

/// A run of which no more than its id is known.
run gradient_provider::started(const std::string& native_id, const run_spec& spec) const {
    run out;
    out.id = make_run_id(context_.name, native_id);
    out.provider = context_.name;
    out.vendor = vendor_name;
    out.native_id = native_id;
    out.name = spec.name.value_or(std::string(default_run_name));
    out.status = run_status::pending;
    out.scope = spec.scope;
    out.mapping.push_back({note_kind::defaulted, "status", "the vendor told the new run's id only"});
    out.mapping.push_back({note_kind::defaulted, "name", "as asked for; the vendor may have added to it"});
    out.mapping.push_back({note_kind::defaulted, "scope", "as asked for; the run has one of its agents"});
    return out;
}

provider::task<std::vector<run>> gradient_provider::create_runs(const run_spec& spec, const call& c) {
    if (auto checked = check(spec); !checked)
        co_return checked.error();
    const auto request = encode_create_runs(spec);
    auto sending = c.named("create_runs");
    sending.may_replay = replay::only_if_unsent;
    const auto answer = co_await exchange(context_, request, sending, asked_for::create);
    if (!answer)
        co_return answer.error();
    const auto ids = decode_created(answer->body);
    if (!ids)
        co_return blame(context_, *answer, malformed(ids.error(), asked_for::create));

    // The runs exist: whatever becomes of reading them, the answer names them, so it keeps half of the time left for
    // that.
    auto reading = c.named("get_run");
    reading.send_before = time_point::max(); // these were the create's
    reading.heard_out = false;
    const auto now = context_.time.now();
    reading.deadline = now + (c.deadline - now) / 2;
    const read_options plain;
    std::vector<run> out;
    bool readable = true;
    for (const auto& id : *ids) {
        if (readable) {
            auto found = co_await get_run(id, plain, reading);
            if (found) {
                out.push_back(std::move(*found));
                continue;
            }
            readable = found.error().code() == errc::not_found; // this one may be late; else the rest will fail too
        }
        out.push_back(started(id, spec));
    }
    co_return out;
}

provider::task<run> gradient_provider::get_run(const std::string& native_id, const read_options& options,
                                               const call& c) {
    if (!is_native_id(native_id))
        co_return unknown_id("run");
    const auto which = identify(native_id);
    const auto request = encode_get_run(native_id);
    const auto asking = c.named("get_run");
    auto answer = co_await exchange(context_, request, asking);
    if (!answer)
        co_return answer.error();
    auto found =
        understood(context_, request, asking, std::move(*answer), decode_run(answer->body, which, options.raw));
    if (!found)
        co_return found;
    co_await complete(*found, c);
    co_return found;
}

boost::asio::awaitable<void> gradient_provider::complete(run& found, const call& c) {
    take_tag_off(found, context_.tags);
    const auto facts = facts_of(found);
    references_.met(identify(found.native_id), facts);
    if (found.native_status && !find_status(*found.native_status))
        context_.log.warning("unknown_status", {{"provider", context_.name}, {"status", *found.native_status}});
    if (found.run_metrics.empty() && !found.star)
        co_return;
    const auto judges = co_await references_.judge_for(facts, c);
    judges.complete(found);
}

provider::task<run> gradient_provider::cancel_run(const std::string& native_id, const call& c) {
    if (!is_native_id(native_id))
        co_return unknown_id("run");
    const auto request = encode_get_run(native_id);
    const auto asking = c.named("get_run");
    const auto found = co_await exchange(context_, request, asking);
    if (!found && found.error().code() == errc::not_found) // that there is no such run goes before what we can't do
        co_return found.error();
    co_return blame(context_, error(errc::unsupported)
                                  .because("This vendor has no way to cancel an agent evaluation run: it goes on there "
                                           "whatever we do. Send ?detach=true to stop our watching it."));
}

provider::task<run_result> gradient_provider::get_result(const std::string& native_id, const std::string& result_id,
                                                         const read_options& options, const call& c) {
    const auto prompt_id = parse_prompt_id(result_id);
    if (!is_native_id(native_id))
        co_return unknown_id("run");
    if (!prompt_id)
        co_return unknown_id("result");
    const auto which = identify(native_id);
    const auto request = encode_get_result(native_id, *prompt_id);
    auto asking = c.named("get_result");
    if (const auto* facts = references_.facts(which); facts && is_terminal(facts->status))
        asking.run_has_ended = true;
    auto answer = co_await exchange(context_, request, asking);
    if (!answer)
        co_return answer.error();
    const auto what = prompts_for(options, verdict_filter::levels::item);
    auto found =
        understood(context_, request, asking, std::move(*answer), decode_result(answer->body, which, *prompt_id, what));
    if (!found || found->verdicts.empty())
        co_return found;
    const auto judges = co_await references_.judge_for(which, c);
    judges.complete(*found);
    if (const auto* facts = references_.facts(which))
        for (auto& each : found->verdicts)
            each.agent_version = facts->agent_version;
    co_return found;
}

provider::task<std::vector<metric_info>> gradient_provider::list_metrics(const read_options& options, const call& c) {
    const auto found = co_await references_.metrics(c);
    if (!found)
        co_return found.error();
    std::vector<metric_info> out;
    for (const auto& each : (*found)->metrics()) {
        out.push_back(join(each, context_.dictionary, context_.name));
        if (!options.raw)
            out.back().raw.reset();
    }
    co_return out;
}

std::unique_ptr<provider> make_provider(provider_context context, std::shared_ptr<const vendor_options> options) {
    auto own = std::dynamic_pointer_cast<const gradient::options>(options);
    if (!own)
        throw std::logic_error("a provider was given another vendor's options");
    return std::make_unique<gradient_provider>(std::move(context), std::move(own));
}

} // namespace evalbridge::gradient
