#include "compare/read_rows.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

constexpr std::uint32_t verdicts_of_a_page = 1000;
/// Items come with their contents, which may be long.
constexpr std::uint32_t items_of_a_page = 100;

error too_large(std::uint64_t most) {
    return error(errc::unsupported)
        .because("The two runs have more than " + std::to_string(most) +
                 " verdicts together, the most that one comparison takes in.");
}

error too_many_metrics(const compared_run& which) {
    return error(errc::unsupported)
        .because("The run " + which.id + " names more than " + std::to_string(most_metrics) +
                 " metrics, too many to be compared.");
}

error no_inputs(const compared_run& which, std::string_view why) {
    std::string detail = "The run " + which.id + " can't be joined on inputs: ";
    detail += why;
    detail += " Join on trace ids instead, join=trace_id.";
    return error(errc::unsupported)
        .because(std::move(detail))
        .fault("join", "input needs runs whose results have an input", "query");
}

/// Goes through one run's pages and says when that has to end.
class page_walk {
  public:
    page_walk(const compared_run& which, const call& how, row_reading& state)
        : which_(which), how_(how), state_(state) {}

    list_window window;
    run_intake intake;

    /// Why the next page isn't read.
    std::optional<error> objection() const {
        if (!state_.goes_on())
            return error(errc::overloaded).because("The comparison was called off.").retryable(true);
        if (state_.time.now() >= how_.deadline)
            return error(errc::deadline_exceeded, error_source::gateway)
                .because("The runs could not be read in the request's time. Send a larger Request-Timeout; runs that "
                         "are archived are read fastest.");
        return {};
    }
    /// Makes room for the page's verdicts, which `take` then goes through.
    template <class T> result<void> begin(const page<T>& got, std::uint64_t verdicts, walk_position from) {
        state_.verdicts += verdicts;
        const bool first = intake.verdicts() == 0;
        // Of a list of items the total counts those, and each may have several verdicts.
        const auto told = first ? std::max(got.total.value_or(0), verdicts) : verdicts;
        if (state_.verdicts - verdicts + told > state_.most)
            return too_large(state_.most);
        if (!state_.held.take(verdicts))
            return error(errc::overloaded)
                .because("As many verdicts are being compared as there is room for. Ask again in a moment.")
                .retry_after(std::chrono::seconds(5));
        if (first)
            intake.expect(told);
        intake.begin_page(from);
        return {};
    }
    /// Whether there is another page, which the window then begins.
    template <class T> result<bool> next(const page<T>& got) {
        if (intake.has_too_many_metrics())
            return too_many_metrics(which_);
        if (!got.has_more || !got.next)
            return false;
        if (*got.next == window.from)
            return error(errc::provider_malformed).because("the provider repeats a page");
        window.from = *got.next;
        window.ordinal += got.items.size();
        return true;
    }

  private:
    const compared_run& which_;
    const call& how_;
    row_reading& state_;
};

std::uint64_t verdicts_in(const std::vector<verdict>& listed) { return listed.size(); }
std::uint64_t verdicts_in(const std::vector<run_result>& listed) {
    std::uint64_t sum = 0;
    for (const auto& each : listed)
        sum += each.verdicts.size();
    return sum;
}

/// `marks`: the walk's positions are those of the list of verdicts; else verdicts are found by their number.
template <class T>
awaitable<result<void>> read_pages(page_walk& walk, list_operation<T> list, const compared_run& which, const call& how,
                                   bool marks) {
    const verdict_filter of_items;
    const read_options plain;
    for (bool more = true; more;) {
        if (auto no = walk.objection())
            co_return std::move(*no);
        const auto got = co_await (which.from->*list)(which.native_id, of_items, walk.window, plain, how);
        if (!got)
            co_return got.error();
        const auto from = marks ? walk.window.from : walk_position{walk.intake.verdicts(), 0};
        if (const auto begun = walk.begin(*got, verdicts_in(got->items), from); !begun)
            co_return begun.error();
        for (const auto& each : got->items)
            walk.intake.add(each);
        const auto next = walk.next(*got);
        if (!next)
            co_return next.error();
        more = *next;
    }
    co_return result<void>();
}

awaitable<result<run_rows>> read_verdicts(const compared_run& which, const call& how, row_reading& state) {
    page_walk walk(which, how, state);
    walk.window.limit = verdicts_of_a_page;
    const auto read = co_await read_pages<verdict>(walk, &provider::list_verdicts, which, how, true);
    if (!read)
        co_return read.error();
    co_return std::move(walk.intake).take();
}

// An item's verdicts stand together in the list of verdicts, in the order of the items.
awaitable<result<run_rows>> read_items(const compared_run& which, const call& how, row_reading& state) {
    page_walk walk(which, how, state);
    walk.window.limit = items_of_a_page;
    const bool by_item = which.from->can().verdicts_by_item;
    const auto read = co_await read_pages<run_result>(walk, &provider::list_results, which, how, by_item);
    if (!read)
        co_return read.error();
    if (!walk.intake.has_inputs())
        co_return no_inputs(which, "none of its items has one. Its vendor gave none, or it was archived without.");
    co_return std::move(walk.intake).take();
}

} // namespace

awaitable<result<run_rows>> read_rows(const compared_run& which, join_key by, const call& how, row_reading& state) {
    if (by == join_key::trace_id)
        co_return co_await read_verdicts(which, how, state);
    if (!which.may_have_inputs)
        co_return no_inputs(which, "its vendor gives no contents with a result.");
    co_return co_await read_items(which, how, state);
}

} // namespace evalbridge
