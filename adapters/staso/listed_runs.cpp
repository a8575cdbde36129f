// The account's list of runs. No page of the vendor's documents one, so it is read only where the configuration says
// that it is there, and as little as possible is taken for granted: not its order, nor that it heeds limit and offset.

#include "adapters/staso/encode.hpp"
#include "adapters/staso/provider.hpp"

#include <unordered_set>

namespace evalbridge::staso {
namespace {

constexpr std::uint32_t page_size = 100;
constexpr int most_pages = 50; ///< 5,000 runs
/// How far the vendor's clock may be behind ours.
constexpr std::chrono::minutes clocks_apart{10};

error no_list() {
    return error(errc::unsupported)
        .because("Whether this vendor lists runs isn't documented, and this provider's configuration doesn't say that "
                 "it does (list_runs).");
}

error too_many() {
    return error(errc::unsupported)
        .because("The provider lists more than the " + std::to_string(most_pages * page_size) +
                 " runs that are looked through.");
}

// Whether a run that was begun at `asked_at` can't come any more: everything so far came newest first, and what came
// last is older.
class look_back {
  public:
    explicit look_back(std::optional<timestamp> asked_at) : asked_at_(asked_at) {}

    bool is_past(const run& r) {
        ordered_ = ordered_ && r.created_at && (!last_ || *r.created_at <= *last_);
        descended_ = descended_ || (ordered_ && last_ && *r.created_at < *last_);
        last_ = r.created_at;
        return ordered_ && descended_ && asked_at_ && *r.created_at < *asked_at_ - clocks_apart;
    }

  private:
    std::optional<timestamp> asked_at_;
    std::optional<timestamp> last_;
    bool ordered_ = true;    ///< no run was newer than the one before it,
    bool descended_ = false; ///< and one was older
};

} // namespace

provider::task<bool> staso_provider::read_runs(const std::function<bool(run&&)>& take, const call& c) {
    if (!settings_->list_runs)
        co_return vendor_.named(no_list());
    std::unordered_set<std::string> met;
    std::size_t fullest = 0; // the most rows that a page had
    run_query query;
    query.limit = page_size;
    for (int pages = 0; pages < most_pages; ++pages) {
        const auto request = encode_list_runs(query, *settings_);
        auto answer = co_await vendor_.send(request, operation::list_runs, c);
        if (!answer)
            co_return std::move(answer).error();
        auto rows = decode_run_list(answer->body, decoding());
        if (!rows)
            co_return vendor_.named(std::move(rows).error(), *answer);
        bool any_new = false;
        for (auto& row : *rows) {
            if (!met.insert(row.native_id).second)
                continue;
            any_new = true;
            if (!take(std::move(row)))
                co_return true;
        }
        // A first page that is short may be the server's own limit; a later one that is shorter than it is the end.
        if (!any_new || rows->size() < fullest)
            co_return true;
        fullest = std::max(fullest, rows->size());
        query.offset += rows->size();
    }
    co_return false;
}

provider::task<std::vector<run>> staso_provider::list_runs(const run_listing& which, const call& c) {
    if (which.test_case_id)
        co_return vendor_.named(error(errc::unsupported)
                                    .because("This vendor has no test cases.")
                                    .fault("/test_case_id", "this vendor has no test cases"));
    std::vector<run> all;
    const std::function<bool(run&&)> keep = [&](run&& r) {
        take_tag_off(r, tags_);
        notice(r);
        all.push_back(std::move(r));
        return true;
    };
    const auto asking = c.named("list_runs");
    if (auto read = co_await read_runs(keep, asking); !read)
        co_return read.error();
    co_return all;
}

provider::task<std::vector<run>> staso_provider::find_started(const run_spec& spec, const call& c) {
    if (!spec.tag)
        co_return vendor_.named(error(errc::unsupported)
                                    .because("What a create started is found by its tag, and this "
                                             "one has none."));
    std::vector<run> started;
    look_back back(spec.asked_at);
    const std::function<bool(run&&)> look = [&](run&& r) {
        // The name as it came, since the tags of this configuration may not be those of the create.
        if (!r.name || r.name->find(*spec.tag) == std::string::npos)
            return !back.is_past(r);
        take_tag_off(r, tags_);
        notice(r);
        started.push_back(std::move(r));
        return false; // a create starts one run
    };
    const auto asking = c.named("find_started");
    const auto looked = co_await read_runs(look, asking);
    if (!looked)
        co_return looked.error();
    if (!*looked)
        co_return vendor_.named(too_many());
    co_return started;
}

} // namespace evalbridge::staso
