#include "adapters/gradient/prompt_pages.hpp"

#include "adapters/gradient/encode.hpp"
#include "adapters/gradient/exchange.hpp"

#include <boost/container_hash/hash.hpp>

#include <algorithm>

namespace evalbridge::gradient {
namespace {

/// Turns of asking again with another size before the vendor is taken to make no sense.
constexpr int most_turns = 6;

/// What tells a page from another; empty for a page whose prompts have neither ids nor traces.
std::optional<std::size_t> fingerprint(const results_page& content) {
    std::size_t out = content.prompts.size();
    bool telling = false;
    for (const auto& each : content.prompts) {
        telling = telling || each.trace_id || each.id != "0";
        boost::hash_combine(out, std::hash<model_text>()(each.id));
        boost::hash_combine(out, std::hash<model_text>()(each.trace_id.value_or("")));
    }
    return telling ? std::optional(out) : std::nullopt;
}

error senseless(std::string why) { return error(errc::provider_malformed).at("/prompts").because(std::move(why)); }

} // namespace

std::uint32_t prompt_pages::real_size(std::uint32_t size) const {
    return sizes_.exact > 0 ? sizes_.exact : std::min(size, sizes_.at_most);
}

boost::asio::awaitable<result<results_page>> prompt_pages::fetch(page_asked asked) {
    const auto request = encode_list_results(which_.native_id, asked.number, asked.size);
    const auto asking = call_.named("list_results");
    auto answer = co_await exchange(context_, request, asking);
    if (!answer)
        co_return answer.error();
    const auto source = texts_ == texts::borrowed ? std::make_shared<text_source>(answer->body) : nullptr;
    auto what = what_;
    what.texts = source.get();
    auto decoded = decode_results(answer->body, which_, what);
    if (decoded)
        decoded->texts = source;
    if (decoded && decoded->prompts.size() == asked.size)
        sizes_.proven = learnt_.proven = std::max(learnt_.proven, asked.size);
    if (decoded && is_doubtful(asked, *decoded))
        co_return decoded; // not kept: another time it may be the page that was asked for
    co_return understood(context_, request, asking, std::move(*answer), std::move(decoded));
}

/// Whether it seems to be another page than the one that was asked for.
bool prompt_pages::is_doubtful(const page_asked& asked, const results_page& content) const {
    const auto shown = fingerprint(content);
    return judge_page(asked, content.prompts.size(), content.meta, sizes_.proven).ruling == page_ruling::malformed ||
           (shown && shown == last_shown_);
}

/// Never undoes what another answer has learnt meanwhile.
void prompt_pages::confirm() {
    learnt_.at_most = std::min(learnt_.at_most, sizes_.at_most);
    learnt_.exact = std::max(learnt_.exact, sizes_.exact);
}

void prompt_pages::learn(std::uint32_t size, const page_asked& asked, bool certain) {
    (size > asked.size ? sizes_.exact : sizes_.at_most) = std::max<std::uint32_t>(size, 1);
    if (certain)
        confirm();
}

result<placed_page> prompt_pages::place(page_asked asked, results_page content, bool last) {
    placed_page out;
    const auto rows = content.prompts.size();
    out.first = (asked.number - 1) * asked.size;
    out.next = out.first + std::max<std::uint64_t>(rows, asked.size);
    out.last = last;
    const auto shown = fingerprint(content);
    if (shown && shown == last_shown_) {
        // More than was asked for, twice, by a vendor of which nothing better is known: it gives the whole list.
        const bool whole_list = asked.number == 2 && sizes_.exact > 0 && learnt_.exact == 0;
        if (!whole_list)
            return blame(context_, senseless("the vendor repeats a page"));
        content.prompts.clear();
        out.last = true;
        out.content = std::move(content);
        return out;
    }
    if (rows > 0 && asked.number > 1)
        confirm();
    last_shown_ = shown;
    out.content = std::move(content);
    return out;
}

boost::asio::awaitable<result<placed_page>> prompt_pages::at(std::uint64_t position, std::uint32_t size) {
    for (int turn = 0; turn < most_turns; ++turn) {
        page_asked asked;
        asked.size = real_size(size);
        asked.number = position / asked.size + 1;
        auto got = co_await fetch(asked);
        if (!got)
            co_return got.error();
        const auto rows = static_cast<std::uint32_t>(got->prompts.size());
        const auto judged = judge_page(asked, rows, got->meta, sizes_.proven);
        switch (judged.ruling) {
        case page_ruling::as_asked: {
            const bool last = is_last_page(asked, rows, got->meta);
            co_return place(asked, std::move(*got), last);
        }
        case page_ruling::malformed: co_return blame(context_, senseless("another page than the one asked for"));
        case page_ruling::beyond_end: {
            got->prompts.clear();
            co_return place(asked, std::move(*got), true);
        }
        case page_ruling::other_size: {
            learn(judged.size, asked, asked.number > 1);
            if (asked.number > 1)
                break;
            asked.size = rows; // the first page begins at 0 whatever its size
            const bool last = is_last_page(asked, rows, got->meta);
            co_return place(asked, std::move(*got), last);
        }
        case page_ruling::compare_first: {
            page_asked first;
            first.size = asked.size;
            const auto begin = co_await fetch(first);
            if (!begin)
                co_return begin.error();
            const auto begin_rows = static_cast<std::uint32_t>(begin->prompts.size());
            if (begin_rows == 0)
                co_return blame(context_, senseless("the first page is empty, a later one isn't"));
            if (begin_rows == asked.size) {
                const bool last = is_last_page(asked, rows, got->meta);
                co_return place(asked, std::move(*got), last);
            }
            learn(begin_rows, asked, true);
            break;
        }
        case page_ruling::compare_next: {
            page_asked second;
            second.size = asked.size;
            second.number = 2;
            const auto next = co_await fetch(second);
            if (!next)
                co_return next.error();
            // A vendor that gives every page the whole list has one page.
            const bool whole_list = fingerprint(*got) && fingerprint(*got) == fingerprint(*next);
            const bool short_by_itself = next->prompts.empty() || whole_list;
            if (!short_by_itself) {
                learn(rows, asked, true);
                asked.size = rows;
            }
            co_return place(asked, std::move(*got), short_by_itself);
        }
        }
    }
    co_return blame(context_, senseless("the vendor's pages keep changing their size"));
}

} // namespace evalbridge::gradient
