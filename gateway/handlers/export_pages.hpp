#pragma once
// The pages of an export: one is read while the one before it is written, and no more than that, so that a slow reader
// holds two pages and not the run.
//
// Each page has a deadline of its own, and what fails in passing is tried again for a while, since giving up costs the
// client what it has read. A vendor that is asked for one page of what it serves anyway, filtered here, answers sooner
// than one that is walked until a page of a rare metric is full.

#include "export/export_request.hpp"
#include "gateway/handlers/services.hpp"

#include <exception>

namespace evalbridge {

/// A page, and how many matching rows of the list there are up to its last, those that were passed over included.
struct export_page {
    page<verdict> found;
    std::uint64_t rows = 0;
};

class export_pages final : public std::enable_shared_from_this<export_pages> {
  public:
    /// `page_time`: what a page may take; four times as long it is tried again.
    export_pages(services& s, std::string run_id, const export_request& wanted, std::string request_id,
                 std::string client, duration page_time);
    export_pages(const export_pages&) = delete;
    export_pages& operator=(const export_pages&) = delete;

    using found = result<export_page>;
    /// The first page, by the request's deadline: what fails here is told to the client, who can ask again.
    boost::asio::awaitable<found> first(const run_target& target, const request_context& request);
    /// Begins to read the next page, where there is one and it isn't being read.
    void read_ahead();
    /// The next page, when it has come; it may be empty in the midst of the list. Errors besides a read's:
    /// deadline_exceeded where it was stopped.
    boost::asio::awaitable<found> take();
    /// Nothing more is wanted: a read under way is called off, and a take ends.
    void stop();
    bool stopped() const { return stopped_; }

  private:
    struct under_way;
    static boost::asio::awaitable<void> read(std::shared_ptr<export_pages> self);
    boost::asio::awaitable<found> read_patiently();
    boost::asio::awaitable<found> read_once(const run_target& target, const call& c);
    call call_by(time_point deadline) const;
    /// Says what to ask for, and what is left to be done here.
    void aim_at(const run_target& target);
    bool repeats(const page<verdict>& got);
    export_page taken_in(page<verdict> got);
    bool may_pass(const error& e) const;

    services& services_;
    const std::string run_id_;
    const verdict_filter filter_;
    read_options options_;
    const std::string request_id_;
    const std::string client_;
    const duration page_time_;
    std::optional<run_target> target_;
    verdict_filter asked_; ///< the filter as far as the list is asked to apply it
    bool skips_here_ = false;
    bool archived_ = false;
    list_window window_;
    std::string first_id_; ///< of the last page
    bool has_more_ = true;
    bool reading_ = false;
    bool stopped_ = false;
    std::optional<found> came_;
    std::unique_ptr<alarm> bell_;  ///< of who takes
    std::unique_ptr<alarm> pause_; ///< between two tries
    boost::asio::cancellation_signal call_off_;
};

} // namespace evalbridge
