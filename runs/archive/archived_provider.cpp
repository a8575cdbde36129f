#include "runs/archive/archived_provider.hpp"

#include "mapping/read_unified.hpp"
#include "runs/archive/shown.hpp"

#include <utility>

namespace evalbridge {
namespace {

error only_kept() {
    return error(errc::unsupported)
        .because("This provider is not configured any more; its archived runs can be read, and nothing else.");
}

// The run is still the provider's to tell of, but that is found out when it is asked for again.
error not_archived() {
    return error(errc::store_unavailable)
        .because("The run's archive was dropped meanwhile. Ask again.")
        .retryable(true)
        .retry_after(std::chrono::seconds(1));
}

/// What a unit of work found: a result within a result would take any error for its own.
template <class T> struct outcome {
    outcome(std::in_place_t, result<T> found) : value(std::move(found)) {}
    result<T> value;
};

template <class T>
result<T> read_document(connection& db, const archive_record& of, const std::string& name,
                        result<T> (*read)(std::string_view)) {
    const auto body = find_document(db, {of.number, of.generation}, name);
    if (!body)
        return error(errc::internal).because("an archive lacks its " + name);
    return read(*body);
}

} // namespace

archived_provider::archived_provider(std::string name, std::string vendor, const provider* live, archives& known)
    : name_(std::move(name)), vendor_(std::move(vendor)), live_(live), known_(known) {}

template <class T>
provider::task<T> archived_provider::with_archive(const std::string& native_id,
                                                  std::function<result<T>(connection&, const archive_record&)> work) {
    const auto run_id = make_run_id(name_, native_id);
    const auto unit = [run_id, work = std::move(work)](connection& db) {
        const auto found = find_archive(db, run_id);
        const bool served = found && found->state == archive_state::complete;
        return outcome<T>(std::in_place, served ? work(db, *found) : result<T>(not_archived()));
    };
    auto done = co_await known_.kept().read(unit);
    if (!done)
        co_return done.error();
    if (!done->value && done->value.error().code() == errc::store_unavailable)
        known_.forget(run_id);
    co_return std::move(done->value);
}

result<void> archived_provider::check(const run_spec&) const { return only_kept(); }

provider::task<std::vector<run>> archived_provider::create_runs(const run_spec&, const call&) { co_return only_kept(); }
provider::task<std::vector<run>> archived_provider::find_started(const run_spec&, const call&) {
    co_return only_kept();
}
provider::task<std::vector<run>> archived_provider::list_runs(const run_listing&, const call&) {
    co_return only_kept();
}
provider::task<std::vector<metric_info>> archived_provider::list_metrics(const read_options&, const call&) {
    co_return only_kept();
}

provider::task<run> archived_provider::get_run(const std::string& native_id, const read_options& options, const call&) {
    std::function<result<run>(connection&, const archive_record&)> work = [options](connection& db,
                                                                                    const archive_record& of) {
        auto read = read_document(db, of, "run", read_run);
        if (read)
            show(*read, options);
        return read;
    };
    co_return co_await with_archive(native_id, std::move(work));
}

provider::task<run> archived_provider::cancel_run(const std::string& native_id, const call& c) {
    if (live_ && !live_->can().cancel)
        co_return error(errc::unsupported)
            .because("This vendor has no way to cancel a run. Send ?detach=true to stop our watching it.");
    const read_options plain;
    auto ended = co_await get_run(native_id, plain, c);
    if (!ended || ended->status == run_status::cancelled)
        co_return ended;
    std::string why = "The run has already ended: it is ";
    why += name_of(ended->status);
    why += '.';
    co_return error(errc::conflict).because(std::move(why));
}

template <class T>
provider::task<page<T>> archived_provider::list(const std::string& native_id, archived_list list,
                                                result<page<T>> (*read)(connection&, const archived_list&)) {
    std::function<result<page<T>>(connection&, const archive_record&)> work =
        [list = std::move(list), read](connection& db, const archive_record& of) mutable {
            list.of = of;
            return read(db, list);
        };
    return with_archive(native_id, std::move(work));
}

provider::task<page<verdict>> archived_provider::list_verdicts(const std::string& native_id,
                                                               const verdict_filter& filter, const list_window& window,
                                                               const read_options& options, const call&) {
    return list(native_id, {{}, filter, window, options}, read_verdict_page);
}

provider::task<page<run_result>> archived_provider::list_results(const std::string& native_id,
                                                                 const verdict_filter& filter,
                                                                 const list_window& window, const read_options& options,
                                                                 const call&) {
    return list(native_id, {{}, filter, window, options}, read_result_page);
}

provider::task<run_result> archived_provider::get_result(const std::string& native_id, const std::string& result_id,
                                                         const read_options& options, const call&) {
    std::function<result<run_result>(connection&, const archive_record&)> work =
        [result_id, options](connection& db, const archive_record& of) {
            return read_one_result(db, {of.number, of.generation}, result_id, options);
        };
    co_return co_await with_archive(native_id, std::move(work));
}

provider::task<summary> archived_provider::get_summary(const std::string& native_id, const read_options& options,
                                                       const call&) {
    std::function<result<summary>(connection&, const archive_record&)> work = [options](connection& db,
                                                                                        const archive_record& of) {
        auto read = read_document(db, of, "summary", read_summary);
        if (read)
            show(*read, options);
        return read;
    };
    co_return co_await with_archive(native_id, std::move(work));
}

provider& archived_providers::of(const std::string& name, const std::string& vendor, const provider* live) {
    auto& made = made_[name];
    if (!made)
        made = std::make_unique<archived_provider>(name, vendor, live, known_);
    return *made;
}

} // namespace evalbridge
