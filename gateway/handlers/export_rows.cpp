#include "gateway/handlers/export_rows.hpp"

#include "export/csv.hpp"
#include "export/ndjson.hpp"

#include <utility>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

/// Bytes that are written at once: what a slow reader has to take within the edge's write timeout.
constexpr std::size_t piece_size = 64 * 1024;
constexpr std::size_t piece_room = piece_size + 16 * 1024; ///< with its last row

class rows_source final : public body_source {
  public:
    rows_source(export_request wanted, export_account account, const mac_function& mac,
                std::shared_ptr<export_pages> pages, export_page first, const std::shared_ptr<notice>& departed)
        : wanted_(std::move(wanted)), csv_{wanted_.guard, wanted_.raw}, account_(std::move(account)), mac_(mac),
          pages_(std::move(pages)), page_(std::move(first)), stops_(pages_, departed) {
        if (wanted_.skip == 0) // else nobody knows yet where it would go on
            cursor_ = make_export_cursor(wanted_, wanted_.rows_before, wanted_.from, account_.run_id, mac_);
        rows_ = wanted_.offset();
    }

    awaitable<bool> next(std::string& out) override {
        out.reserve(piece_room);
        if (!std::exchange(begun_, true))
            begin(out);
        if (!page_) {
            auto got = co_await pages_->take();
            if (!got) {
                const auto why = got.error();
                break_off(why, out);
                co_return false;
            }
            page_ = std::move(*got);
            pages_->read_ahead();
        }
        const auto& items = page_->found.items;
        while (at_ < items.size() && out.size() < piece_size)
            append(items[at_++], out);
        co_return at_ < items.size() || end_page(out);
    }

    bool broken() const override { return broken_; }

  private:
    void begin(std::string& out) {
        pages_->read_ahead();
        if (wanted_.format != export_format::csv || wanted_.goes_on)
            return;
        if (wanted_.byte_order_mark)
            out += byte_order_mark;
        append_csv_header(out, csv_);
    }

    void append(const verdict& v, std::string& out) {
        if (wanted_.format == export_format::csv)
            append_csv_row(out, v, csv_);
        else
            append_ndjson_row(out, v);
    }

    // Whether more comes. The page goes before the one after it is asked for.
    bool end_page(std::string& out) {
        const bool more = page_->found.has_more;
        const bool reached = page_->rows >= wanted_.offset();
        written_ += std::exchange(at_, 0);
        if (reached || !more)
            rows_ = page_->rows;
        if (more && reached && wanted_.cursors) {
            cursor_ = make_export_cursor(wanted_, rows_, *page_->found.next, account_.run_id, mac_);
            append_ndjson_cursor(out, cursor_, rows_);
        }
        page_.reset();
        if (more)
            return true;
        if (wanted_.cursors)
            append_ndjson_end(out, rows_);
        tell_export_end(account_, wanted_.format, written_, nullptr);
        return false;
    }

    void break_off(const error& why, std::string& out) {
        broken_ = true;
        if (pages_->stopped()) // the client has gone: there is nobody to tell
            return;
        tell_export_end(account_, wanted_.format, written_, &why);
        if (wanted_.cursors)
            append_ndjson_problem(out, cursor_, rows_, problem(why, account_.path, account_.request_id).body);
    }

    const export_request wanted_;
    const csv_options csv_;
    const export_account account_;
    const mac_function& mac_;
    const std::shared_ptr<export_pages> pages_; ///< shared with the read ahead
    std::optional<export_page> page_;
    const pages_stopper stops_;
    std::size_t at_ = 0;        ///< in the page
    std::uint64_t written_ = 0; ///< rows of pages that were written whole
    std::uint64_t rows_ = 0;    ///< of the list, that a client has which goes on at `cursor_`
    std::string cursor_;        ///< empty where it isn't known
    bool begun_ = false;
    bool broken_ = false;
};

} // namespace

pages_stopper::pages_stopper(std::shared_ptr<export_pages> pages, const std::shared_ptr<notice>& departed)
    : pages_(std::move(pages)) {
    if (!departed)
        return;
    departure_ = departed->on_given([p = pages_] { p->stop(); });
    if (departed->given())
        pages_->stop();
}

pages_stopper::~pages_stopper() { pages_->stop(); }

std::shared_ptr<body_source> export_rows(export_request wanted, export_account account, const mac_function& mac,
                                         std::shared_ptr<export_pages> pages, export_page first,
                                         const std::shared_ptr<notice>& departed) {
    return std::make_shared<rows_source>(std::move(wanted), std::move(account), mac, std::move(pages), std::move(first),
                                         departed);
}

void tell_export_end(const export_account& account, export_format format, std::uint64_t rows, const error* broken) {
    const std::string as(name_of(format));
    const metrics::labels by{{"format", as}, {"outcome", broken ? "broken" : "whole"}};
    account.counts.count("evalbridge_exports_total", "Exports that have ended; those whose client left aside.", by)
        .Increment();
    account.counts.count("evalbridge_export_rows_total", "Rows of exports that have ended.", {{"format", as}})
        .Increment(static_cast<double>(rows));
    if (broken)
        account.log.warning("export_broken", {{"request_id", account.request_id},
                                              {"run", account.run_id},
                                              {"format", as},
                                              {"rows", rows},
                                              {"code", name_of(broken->code())},
                                              {"detail", broken->detail()}});
}

} // namespace evalbridge
