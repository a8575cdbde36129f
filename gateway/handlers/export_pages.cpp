#include "gateway/handlers/export_pages.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace evalbridge {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

constexpr std::uint32_t rows_a_page = 1000; ///< what the vendors give at once at most, and a moment's work to write
/// Of a vendor whose pages are of items: never short of what a page of it holds, so that it is read once.
constexpr std::uint32_t rows_of_an_items_page = 20'000;
/// An archive gives any page at once, so the first is short, and the first byte soon there.
constexpr std::uint32_t rows_of_an_archives_first_page = 100;
constexpr int patience_in_page_times = 4;
constexpr duration first_pause = 500ms;
constexpr duration longest_pause = 15s;

error called_off() { return error(errc::deadline_exceeded).because("the client left"); }

} // namespace

/// Counts a read from its begin to its end, however it ends.
struct export_pages::under_way {
    explicit under_way(export_pages& p) : pages(p), count(p.services_.reads_ahead) { ++*count; }
    under_way(const under_way&) = delete;
    under_way& operator=(const under_way&) = delete;
    ~under_way() {
        pages.reading_ = false;
        --*count;
    }
    export_pages& pages;
    const std::shared_ptr<std::size_t> count;
};

export_pages::export_pages(services& s, std::string run_id, const export_request& wanted, std::string request_id,
                           std::string client, duration page_time)
    : services_(s), run_id_(std::move(run_id)), filter_(wanted.filter), request_id_(std::move(request_id)),
      client_(std::move(client)), page_time_(page_time), bell_(s.time.make_alarm(s.here.executor)),
      pause_(s.time.make_alarm(s.here.executor)) {
    options_.raw = wanted.raw;
    window_.from = wanted.from;
    window_.ordinal = wanted.rows_before;
    window_.skip = wanted.skip;
    window_.limit = rows_a_page;
}

call export_pages::call_by(time_point deadline) const {
    call c;
    c.request_id = request_id_;
    c.client = client_;
    c.deadline = deadline;
    c.operation = "list_verdicts";
    c.run_has_ended = services_.memory.is_terminal(run_id_);
    c.read_once = true;
    return c;
}

void export_pages::aim_at(const run_target& target) {
    target_ = target;
    asked_ = filter_;
    skips_here_ = false;
    window_.limit = rows_a_page;
    const auto address = parse_run_id(run_id_);
    archived_ = !address || target.from != services_.providers.find(address->provider);
    if (archived_)
        return; // the archive finds any place of any filtered list
    const auto& can = target.from->can();
    const bool vendor_filters = can.filter_passed && filter_.passed != verdict_filter::passed_is::undecided;
    asked_.metric.reset();
    asked_.trace_id.reset();
    // Where a verdict may lack its `passed` since a threshold couldn't be read, the provider has to know of the filter.
    if (can.filter_passed && !vendor_filters)
        asked_.passed.reset();
    if (can.verdicts_by_item)
        window_.limit = rows_of_an_items_page;
    skips_here_ = can.verdicts_by_item || asked_ != filter_;
}

awaitable<export_pages::found> export_pages::first(const run_target& target, const request_context& request) {
    aim_at(target);
    auto c = call_by(request.deadline);
    c.waited = &request.waited;
    const auto usual = window_.limit;
    if (archived_)
        window_.limit = rows_of_an_archives_first_page;
    auto got = co_await read_once(target, c);
    window_.limit = usual;
    co_return got;
}

awaitable<export_pages::found> export_pages::read_once(const run_target& target, const call& c) {
    auto window = window_;
    if (skips_here_)
        window.skip = 0;
    auto got = co_await target.from->list_verdicts(target.native_id, asked_, window, options_, c);
    if (!got)
        co_return got.error();
    if (repeats(*got))
        co_return error(errc::provider_malformed).because("the list of verdicts repeats a page");
    co_return taken_in(std::move(*got));
}

// A vendor that takes no notice of where a page is to begin would be read for ever.
bool export_pages::repeats(const page<verdict>& got) {
    if (got.items.empty())
        return got.has_more && got.next == window_.from;
    std::string first = got.items.front().id;
    return std::exchange(first_id_, first) == first;
}

export_page export_pages::taken_in(page<verdict> got) {
    if (skips_here_) {
        if (asked_ != filter_)
            std::erase_if(got.items, [this](const verdict& each) { return !matches(filter_, each); });
        const auto passed_over = std::min<std::uint64_t>(window_.skip, got.items.size());
        got.items.erase(got.items.begin(), got.items.begin() + static_cast<std::ptrdiff_t>(passed_over));
        window_.ordinal += passed_over;
        window_.skip -= passed_over;
    } else {
        window_.ordinal += window_.skip;
        window_.skip = 0;
        if (got.items.empty() && got.total) // it was to begin behind the end
            window_.ordinal = std::min(window_.ordinal, *got.total);
    }
    window_.ordinal += got.items.size();
    has_more_ = got.has_more = got.has_more && got.next.has_value();
    if (has_more_)
        window_.from = *got.next;
    return {std::move(got), window_.ordinal};
}

bool export_pages::may_pass(const error& e) const { return !stopped_ && !services_.draining && e.retryable(); }

awaitable<export_pages::found> export_pages::read_patiently() {
    const auto until = services_.time.now() + page_time_ * patience_in_page_times;
    bool was_malformed = false;
    for (duration delay = first_pause;; delay = std::min(delay * 2, longest_pause)) {
        const auto c = call_by(std::min(until, services_.time.now() + page_time_));
        std::optional<error> failed;
        if (!target_) {
            const auto target = co_await find_run(services_, run_id_);
            if (target)
                aim_at(*target);
            else
                failed = target.error();
        }
        if (!failed) {
            auto got = co_await read_once(*target_, c);
            if (got)
                co_return got;
            failed = got.error();
        }
        const auto wait = std::max<duration>(delay, failed->retry_after().value_or(0ms));
        const auto again = services_.time.now() + wait;
        // An answer that made no sense twice is what this vendor answers.
        const bool malformed = failed->code() == errc::provider_malformed;
        if (!may_pass(*failed) || again >= until || (malformed && std::exchange(was_malformed, true)))
            co_return *failed;
        target_.reset(); // it may have been archived meanwhile, or its archive dropped
        co_await pause_->wait_until(again);
        if (stopped_)
            co_return called_off();
    }
}

awaitable<void> export_pages::read(std::shared_ptr<export_pages> self) {
    const under_way until_it_ends(*self);
    try {
        self->came_ = co_await self->read_patiently();
    } catch (const std::exception& e) {
        self->came_ = self->stopped_ ? called_off() : error(errc::internal).because(e.what());
    }
    self->bell_->wake();
}

void export_pages::read_ahead() {
    if (!has_more_ || reading_ || came_ || stopped_)
        return;
    reading_ = true;
    boost::asio::co_spawn(services_.here.executor, read(shared_from_this()),
                          boost::asio::bind_cancellation_slot(call_off_.slot(), boost::asio::detached));
}

awaitable<export_pages::found> export_pages::take() {
    read_ahead();
    while (!came_ && !stopped_)
        co_await bell_->wait_until(time_point::max());
    if (!came_)
        co_return called_off();
    auto out = std::move(*came_);
    came_.reset();
    co_return out;
}

void export_pages::stop() {
    if (std::exchange(stopped_, true))
        return;
    pause_->wake();
    bell_->wake();
    if (reading_)
        call_off_.emit(boost::asio::cancellation_type::terminal);
}

} // namespace evalbridge
