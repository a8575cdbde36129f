#include "runs/archive/archiving.hpp"

#include "mapping/write.hpp"
#include "runs/archive/generation_writer.hpp"
#include "runs/archive/list_totals.hpp"

#include <boost/container_hash/hash.hpp>

#include <algorithm>
#include <array>

namespace evalbridge {
namespace {

template <class T> using task = boost::asio::awaitable<result<T>>;

/// For one page, waiting for the archive's share of the rate budget included.
constexpr std::chrono::minutes time_for_a_page{10};
constexpr std::uint32_t largest_page = 1000;

constexpr const char* contents_left_out = "contents are not archived";

template <class T> std::string to_json(const T& object) {
    std::string out;
    json_writer writer(out);
    write(writer, object);
    return out;
}

/// Why it isn't known whether a list tells its total. An archive that is made anew may never have asked.
bool is_untold(const error& why) { return why.code() == errc::unsupported || why.code() == errc::provider_unavailable; }

// Reads one run, step by step.
class reading {
  public:
    reading(const archiving& what, std::int64_t generation, const std::function<bool(connection&)>& guard)
        : what_(what), writer_(what.kept, {what.of.number, generation}, guard), fold_(what.of.run_id) {
        everything_.raw = true;
        everything_.spans = true;
    }

    task<archive_totals> run();

  private:
    call next_call(std::string_view operation) const {
        call c;
        c.request_id = "archive";
        c.client = "archive";
        c.deadline = what_.time.now() + time_for_a_page;
        c.urgency = urgency::archive;
        c.run_has_ended = true;
        c.operation = operation;
        return c;
    }
    std::uint32_t page_limit() const {
        return std::clamp<std::uint32_t>(what_.from.can().max_upstream_page, 1, largest_page);
    }
    task<void> read_run();
    template <class T> task<void> read_list(std::string_view operation, list_operation<T> list);
    /// What an item tells of the whole run, and what it says of how it is kept.
    void note(run_result& r);
    void note(const verdict& v);
    task<void> read_summary();
    task<void> ask_for_totals();
    task<bool> tells_verdicts(const verdict_filter& filter);
    task<bool> tells_results(const verdict_filter& filter);
    /// An error where the provider takes the run for one that goes on, gives the page before once more, or this shall
    /// not go on.
    template <class T> std::optional<error> objection(const page<T>& got) {
        if (got.run_terminal == false)
            return not_ended();
        std::size_t ids = got.items.size();
        for (const auto& each : got.items)
            boost::hash_combine(ids, std::hash<model_text>()(each.id));
        const bool repeats = !got.items.empty() && ids == ids_before_;
        ids_before_ = ids;
        if (repeats)
            return error(errc::provider_malformed).because("the provider repeats a page");
        return interruption();
    }
    /// A provider may do without some answers; what is kept for good may not.
    result<void> expect_every_answer() const {
        if (!what_.answers.has_open_requests())
            return {};
        return error(errc::provider_unavailable).because("not everything that the provider was asked was answered");
    }
    std::optional<error> interruption() const {
        if (what_.goes_on())
            return {};
        return error(errc::overloaded).because("the gateway ends");
    }
    static error not_ended() { return error(errc::conflict).because("the provider says that the run goes on"); }

    const archiving& what_;
    generation_writer writer_;
    summary_fold fold_;
    read_options everything_;
    std::optional<std::string> some_metric_;
    std::optional<std::size_t> ids_before_; ///< a hash of those of the page before
    std::uint32_t totals_ = 0;
};

task<void> reading::read_run() {
    const auto c = next_call("get_run");
    const auto found = co_await what_.from.get_run(what_.native_id, everything_, c);
    if (!found)
        co_return found.error();
    if (!is_terminal(found->status))
        co_return not_ended();
    co_return co_await writer_.add_document("run", to_json(*found));
}

void reading::note(run_result& r) {
    for (const auto& v : r.verdicts)
        note(v);
    if (!what_.inputs)
        r.mapping.push_back({note_kind::lossy, "input", contents_left_out});
}

void reading::note(const verdict& v) {
    fold_.add(v);
    some_metric_ = some_metric_ ? some_metric_ : v.measured.metric.name;
}

template <class T> task<void> reading::read_list(std::string_view operation, list_operation<T> list) {
    const verdict_filter all{.passed = {}, .metric = {}, .level = verdict_filter::levels::all, .trace_id = {}};
    list_window window;
    window.limit = page_limit();
    for (bool more = true; more;) {
        const auto c = next_call(operation);
        auto got = co_await (what_.from.*list)(what_.native_id, all, window, everything_, c);
        if (!got)
            co_return got.error();
        if (auto no = objection(*got))
            co_return std::move(*no);
        window.ordinal += got->items.size();
        for (auto& each : got->items) {
            note(each);
            if (auto added = co_await writer_.add(std::move(each)); !added)
                co_return added.error();
        }
        more = got->has_more && got->next;
        if (more)
            window.from = *got->next;
    }
    co_return result<void>();
}

// The vendor's own, where it has one; else the provider folds it from what was just read. A run too large for that is
// folded here, in the same way.
task<void> reading::read_summary() {
    const auto c = next_call("get_summary");
    auto found = co_await what_.from.get_summary(what_.native_id, everything_, c);
    if (!found && found.error().code() != errc::unsupported)
        co_return found.error();
    if (!found)
        found = fold_.finish();
    found->run_terminal = true;
    co_return co_await writer_.add_document("summary", to_json(*found));
}

task<bool> reading::tells_verdicts(const verdict_filter& filter) {
    list_window first;
    first.limit = 1;
    const read_options plain;
    const auto c = next_call("list_verdicts");
    const auto got = co_await what_.from.list_verdicts(what_.native_id, filter, first, plain, c);
    if (!got && !is_untold(got.error()))
        co_return got.error();
    co_return got && got->has_more && got->total;
}

task<bool> reading::tells_results(const verdict_filter& filter) {
    list_window first;
    first.limit = 1;
    const read_options plain;
    const auto c = next_call("list_results");
    const auto got = co_await what_.from.list_results(what_.native_id, filter, first, plain, c);
    if (!got && !is_untold(got.error()))
        co_return got.error();
    co_return got && got->has_more && got->total;
}

task<void> reading::ask_for_totals() {
    const auto note = [&](told_list list, bool tells) { totals_ |= tells ? static_cast<std::uint32_t>(list) : 0; };
    const verdict_filter none;
    verdict_filter passed;
    passed.passed = verdict_filter::passed_is::yes;
    verdict_filter metric;
    metric.metric = some_metric_.value_or("");
    const std::array<const verdict_filter*, 3> of_verdicts = {&none, &passed, &metric};
    for (const auto* filter : of_verdicts) {
        const auto tells = co_await tells_verdicts(*filter);
        if (!tells)
            co_return tells.error();
        note(verdict_list_of(*filter), *tells);
    }
    // Who puts results together from all of the verdicts has counted them.
    const auto& can = what_.from.can();
    note(told_list::verdicts_by_item, can.verdicts_by_item);
    note(told_list::filter_passed, can.filter_passed);
    const bool counted = !can.results_have_content;
    const std::array<const verdict_filter*, 2> of_results = {&none, &passed};
    for (const auto* filter : of_results) {
        if (counted) {
            note(result_list_of(*filter), true);
            continue;
        }
        const auto tells = co_await tells_results(*filter);
        if (!tells)
            co_return tells.error();
        note(result_list_of(*filter), *tells);
    }
    co_return result<void>();
}

task<archive_totals> reading::run() {
    if (auto read = co_await read_run(); !read)
        co_return read.error();
    auto listed = what_.from.can().results_have_content
                      ? co_await read_list<run_result>("list_results", &provider::list_results)
                      : co_await read_list<verdict>("list_verdicts", &provider::list_verdicts);
    if (!listed)
        co_return listed.error();
    if (auto read = co_await read_summary(); !read)
        co_return read.error();
    if (auto whole = expect_every_answer(); !whole)
        co_return whole.error();
    if (auto asked = co_await ask_for_totals(); !asked)
        co_return asked.error();
    if (what_.answers.asks_the_vendor())
        if (auto whole = expect_every_answer(); !whole)
            co_return whole.error();
    if (auto finished = co_await writer_.finish(); !finished)
        co_return finished.error();
    archive_totals out;
    out.verdicts = writer_.verdicts();
    out.results = writer_.results();
    out.bytes = writer_.bytes();
    out.totals = totals_;
    out.inputs = what_.inputs;
    out.derived_with = what_.derived_with;
    co_return out;
}

} // namespace

boost::asio::awaitable<result<archive_totals>> make_archive(const archiving& what) {
    const auto begin = [number = what.of.number](connection& db) { return begin_generation(db, number); };
    const auto generation = co_await what.kept.write(begin);
    if (!generation)
        co_return generation.error();
    const std::function<bool(connection&)> guard = [number = what.of.number, of = *generation,
                                                    ours = what.is_ours](connection& db) {
        return ours(db) && is_being_written(db, number, of);
    };
    what.answers.record_only_while(guard);
    reading read(what, *generation, guard);
    auto made = co_await read.run();
    if (!made)
        co_return made;
    const auto serve = [number = what.of.number, of = *generation, totals = *made, now = store_now(what.time),
                        ours = what.is_ours](connection& db) {
        return ours(db) && complete_archive(db, number, of, totals, now);
    };
    const auto served = co_await what.kept.write(serve);
    if (!served)
        co_return served.error();
    if (!*served)
        co_return error(errc::conflict).because("somebody else archives this run now, or dropped it");
    co_return made;
}

} // namespace evalbridge
