#include "gateway/handlers/export_junit.hpp"

#include "export/junit.hpp"
#include "export/xml_text.hpp"

#include <map>
#include <utility>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

constexpr std::size_t piece_size = 64 * 1024;
/// More metrics than any provider has; each costs a few buffers.
constexpr std::size_t most_suites = 1000;

class junit_source final : public body_source {
  public:
    junit_source(export_account account, const spool_options& spooled, clock& time, duration quiet,
                 std::shared_ptr<export_pages> pages, export_page first, const std::shared_ptr<notice>& departed)
        : account_(std::move(account)), time_(time), quiet_(quiet), spool_(spooled), pages_(std::move(pages)),
          page_(std::move(first)), stops_(pages_, departed) {}

    awaitable<bool> next(std::string& out) override {
        if (!std::exchange(begun_, true)) {
            append_junit_declaration(out);
            said_ = time_.now();
            co_return true;
        }
        const bool going = gathered_ ? write(out) : co_await gather(out);
        co_return going;
    }

    bool broken() const override { return broken_; }

  private:
    struct suite {
        std::string metric;
        case_counts counts;
    };

    // Takes in pages until there is something to say. Whether the export goes on.
    awaitable<bool> gather(std::string& out) {
        while (page_) {
            pages_->read_ahead();
            for (const auto& each : page_->found.items)
                if (const auto kept = keep(each); !kept)
                    co_return break_off(kept.error(), out);
            const bool more = page_->found.has_more;
            page_.reset();
            if (!more)
                break;
            auto got = co_await pages_->take();
            if (!got)
                co_return break_off(got.error(), out);
            page_ = std::move(*got);
            if (time_.now() - said_ >= quiet_) {
                out += '\n';
                said_ = time_.now();
                co_return true;
            }
        }
        gathered_ = true;
        begin_document(out);
        co_return true;
    }

    result<void> keep(const verdict& v) {
        const std::string_view metric = v.measured.metric.name;
        auto at = numbers_.find(metric);
        if (at == numbers_.end()) {
            if (suites_.size() == most_suites)
                return error(errc::unsupported)
                    .because("the run has more than " + std::to_string(most_suites) + " metrics, a suite each");
            at = numbers_.emplace(std::string(metric), spool_.add_stream()).first;
            suites_.push_back({at->first, {}});
        }
        suites_[at->second].counts.add(v);
        case_.clear();
        append_junit_case(case_, v);
        return spool_.append(at->second, case_);
    }

    void begin_document(std::string& out) {
        case_counts all;
        for (const auto& each : suites_)
            all.add(each.counts);
        written_ = all.tests;
        append_junit_suites_begin(out, account_.run_id, all);
        begin_suite(out);
    }

    void begin_suite(std::string& out) {
        if (at_ < suites_.size())
            append_junit_suite_begin(out, suites_[at_].metric, suites_[at_].counts);
    }

    // Whether the export goes on.
    bool write(std::string& out) {
        while (at_ < suites_.size() && out.size() < piece_size) {
            const auto before = out.size();
            if (const auto read = spool_.read(at_, out); !read)
                return break_off(read.error(), out);
            if (out.size() > before)
                continue;
            append_junit_suite_end(out);
            ++at_;
            begin_suite(out);
        }
        if (at_ < suites_.size())
            return true;
        append_junit_suites_end(out);
        tell_export_end(account_, export_format::junit, written_, nullptr);
        return false;
    }

    // A comment may stand before the root, and inside of it too.
    bool break_off(const error& why, std::string& out) {
        broken_ = true;
        if (pages_->stopped())
            return false;
        tell_export_end(account_, export_format::junit, written_, &why);
        append_xml_comment(out, "the export broke off: " + std::string(name_of(why.code())) + ": " + why.detail());
        return false;
    }

    const export_account account_;
    clock& time_;
    const duration quiet_;
    spool spool_;
    const std::shared_ptr<export_pages> pages_; ///< shared with the read ahead
    std::optional<export_page> page_;
    const pages_stopper stops_;
    std::map<std::string, std::size_t, std::less<>> numbers_; ///< of suites, by metric
    std::vector<suite> suites_;                               ///< by number
    std::string case_;
    time_point said_;
    std::size_t at_ = 0; ///< the suite that is written
    std::uint64_t written_ = 0;
    bool begun_ = false;
    bool gathered_ = false;
    bool broken_ = false;
};

} // namespace

std::shared_ptr<body_source> export_junit(export_account account, const spool_options& spooled, clock& time,
                                          duration quiet, std::shared_ptr<export_pages> pages, export_page first,
                                          const std::shared_ptr<notice>& departed) {
    return std::make_shared<junit_source>(std::move(account), spooled, time, quiet, std::move(pages), std::move(first),
                                          departed);
}

} // namespace evalbridge
