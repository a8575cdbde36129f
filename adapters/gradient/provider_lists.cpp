// The lists of a run: results, verdicts, and the summary that is folded from them. A list that is neither filtered nor
// flattened is planned, so that the fewest pages cover its window; the others are scanned from where the window begins,
// with pages of one size.

#include "adapters/gradient/encode.hpp"
#include "adapters/gradient/exchange.hpp"
#include "adapters/gradient/provider.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge::gradient {
namespace {

/// Beyond the largest offset a client can give, 2^53, and any run's end; keeps sums of a client's numbers inside 64
/// bits.
constexpr std::uint64_t furthest = std::uint64_t(1) << 54;

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
    return std::min(furthest, std::min(furthest, a) + std::min(furthest, b));
}

/// Offers what the filter lets through of the prompt at this position, from its `sub`-th verdict on, until the window
/// is satisfied.
void offer(run_result& prompt, std::uint64_t position, std::uint32_t, const verdict_filter& filter,
           window_collector<run_result>& window) {
    walk_position after;
    after.index = position + 1;
    if (matches(filter, prompt))
        window.offer(std::move(prompt), after);
}

void offer(run_result& prompt, std::uint64_t position, std::uint32_t sub, const verdict_filter& filter,
           window_collector<verdict>& window) {
    const auto count = static_cast<std::uint32_t>(prompt.verdicts.size());
    for (auto i = sub; i < count && !window.satisfied(); ++i) {
        auto& each = prompt.verdicts[i];
        walk_position after;
        after.index = i + 1 < count ? position : position + 1;
        after.sub = i + 1 < count ? i + 1 : 0;
        if (matches(filter, each))
            window.offer(std::move(each), after);
    }
}

} // namespace

std::optional<error> gradient_provider::over_limit(const reading& about) const {
    if (about.read < how_->max_scan)
        return {};
    return blame(context_,
                 error(errc::unsupported)
                     .because("The answer would take reading more than " + std::to_string(how_->max_scan) +
                              " of the run's prompts, the provider's max_scan. Follow next_cursor instead of a "
                              "far offset, or filter less."));
}

std::optional<error> gradient_provider::cannot_filter(const verdict_filter& filter, const reading& about) const {
    if (!filter.passed || !about.judges || !about.judges->incomplete())
        return {};
    return blame(context_, error(errc::provider_unavailable)
                               .because("The thresholds could not be read, so `passed` can't be filtered by."));
}

boost::asio::awaitable<void> gradient_provider::judge_page(placed_page& got, reading& about) {
    auto& content = got.content;
    if (content.run) {
        about.terminal = is_terminal(content.run->status);
        references_.met(about.which, *content.run);
    }
    const bool any = std::ranges::any_of(content.prompts, [](const auto& each) { return !each.verdicts.empty(); });
    if (!any)
        co_return;
    if (!about.judges) {
        if (content.run)
            about.judges = co_await references_.judge_for(*content.run, about.how);
        else
            about.judges = co_await references_.judge_for(about.which, about.how);
    }
    for (auto& each : content.prompts)
        about.judges->complete(each);
}

provider::task<placed_page> gradient_provider::read_page(prompt_pages& pages, std::uint64_t position,
                                                         std::uint32_t size, reading& about) {
    auto got = co_await pages.at(position, size);
    if (!got)
        co_return got;
    about.read += got->content.prompts.size();
    co_await judge_page(*got, about);
    co_return got;
}

provider::task<page<run_result>> gradient_provider::list_all_results(const list_window& window, reading& about) {
    prompt_pages pages(context_, about.which, about.what, sizes_, about.how, prompt_pages::texts::borrowed);
    page<run_result> out;
    const auto begin = sum(window.from.index, window.skip);
    const auto end = sum(begin, window.limit);
    auto position = begin;
    std::optional<std::uint64_t> met; // where the list is known to end
    std::optional<std::uint64_t> told;
    while (position < end) {
        const auto plan = plan_pages(position, end - position, pages.real_size(how_->page_size));
        auto got = co_await read_page(pages, position, plan.page_size, about);
        if (!got)
            co_return got.error();
        told = got->content.meta.total;
        out.sources.push_back(got->content.texts);
        auto at = got->first;
        for (auto& each : got->content.prompts) {
            if (at >= position && at < end)
                out.items.push_back(std::move(each));
            ++at;
        }
        if (got->last) {
            const bool seen = !got->content.prompts.empty() || position == 0 || position > begin;
            if (seen)
                met = got->content.prompts.empty() ? position : got->end();
            out.has_more = got->end() > end && !got->content.prompts.empty();
            break;
        }
        out.has_more = true;
        position = std::max(position + 1, got->next);
    }
    if (out.has_more) {
        out.next.emplace();
        out.next->index = end;
        out.total = met ? met : told && *told > end ? told : std::nullopt;
    } else {
        out.total = met ? met : told && *told <= begin ? told : std::nullopt;
    }
    out.run_terminal = about.terminal;
    co_return out;
}

template <class T>
provider::task<page<T>> gradient_provider::scan(const verdict_filter& filter, const list_window& window,
                                                reading& about) {
    // Of what a filter lets through little may be left of many pages.
    const auto texts = filter.empty() ? prompt_pages::texts::borrowed : prompt_pages::texts::owned;
    prompt_pages pages(context_, about.which, about.what, sizes_, about.how, texts);
    std::vector<std::shared_ptr<const text_source>> sources;
    window_collector<T> collected(window);
    auto position = window.from.index;
    bool at_end = false;
    // Who reads the run from end to end takes pages as the vendor cuts them. Else each window would begin with a page
    // that the one before had read to know that something follows.
    bool cut = false;
    while (!at_end && !cut && !collected.satisfied()) {
        if (auto stop = over_limit(about)) {
            if (!collected.full())
                co_return std::move(*stop);
            collected.pass_over(0, walk_position{position, 0}); // a next page can go on from here
            break;
        }
        auto got = co_await read_page(pages, position, how_->page_size, about);
        if (!got)
            co_return got.error();
        if (auto stop = cannot_filter(filter, about))
            co_return std::move(*stop);
        if (got->content.texts)
            sources.push_back(got->content.texts);
        auto at = got->first;
        for (auto& each : got->content.prompts) {
            if (at >= position && !collected.satisfied())
                offer(each, at, at == window.from.index ? window.from.sub : 0, filter, collected);
            ++at;
        }
        at_end = got->last;
        position = std::max(position + 1, got->next);
        cut = about.how.read_once && !at_end && !collected.satisfied();
    }
    auto out = std::move(collected).finish(at_end || cut);
    if (cut) {
        out.has_more = true;
        out.next = walk_position{position, 0};
        out.total.reset();
    }
    out.sources = std::move(sources);
    out.run_terminal = about.terminal;
    co_return out;
}

provider::task<page<run_result>> gradient_provider::list_results(const std::string& native_id,
                                                                 const verdict_filter& filter,
                                                                 const list_window& window, const read_options& options,
                                                                 const call& c) {
    if (!is_native_id(native_id))
        co_return unknown_id("run");
    reading about{identify(native_id), prompts_for(options, filter.level), c, {}, {}, 0};
    if (filter.empty())
        co_return co_await list_all_results(window, about);
    co_return co_await scan<run_result>(filter, window, about);
}

provider::task<page<verdict>> gradient_provider::list_verdicts(const std::string& native_id,
                                                               const verdict_filter& filter, const list_window& window,
                                                               const read_options& options, const call& c) {
    if (!is_native_id(native_id))
        co_return unknown_id("run");
    reading about{identify(native_id), prompts_for(options, filter.level), c, {}, {}, 0};
    about.what.content = about.what.spans = about.what.raw = false;
    about.what.item_verdicts = filter.level != verdict_filter::levels::span;
    about.what.span_verdicts = filter.level != verdict_filter::levels::item;
    co_return co_await scan<verdict>(filter, window, about);
}

provider::task<summary> gradient_provider::get_summary(const std::string& native_id, const read_options&,
                                                       const call& c) {
    if (!is_native_id(native_id))
        co_return unknown_id("run");
    const read_options plain;
    reading about{identify(native_id), prompts_for(plain, verdict_filter::levels::item), c, {}, {}, 0};
    about.what.content = false;
    prompt_pages pages(context_, about.which, about.what, sizes_, c);
    summary_fold fold(make_run_id(context_.name, native_id));
    std::uint64_t position = 0;
    for (bool at_end = false; !at_end;) {
        if (auto stop = over_limit(about))
            co_return std::move(*stop);
        auto got = co_await read_page(pages, position, how_->page_size, about);
        if (!got)
            co_return got.error();
        for (const auto& each : got->content.prompts)
            for (const auto& v : each.verdicts)
                fold.add(v);
        at_end = got->last;
        position = std::max(position + 1, got->next);
    }
    auto out = fold.finish();
    out.run_terminal = about.terminal;
    co_return out;
}

} // namespace evalbridge::gradient
