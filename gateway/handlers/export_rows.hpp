#pragma once
// An export's rows, one after the other: NDJSON and CSV.

#include "gateway/handlers/export_pages.hpp"

namespace evalbridge {

/// What an export says of itself besides its rows.
struct export_account {
    std::string run_id;
    std::string path;       ///< of the request
    std::string request_id; ///< for the log, and for the problem of one that broke off
    logger& log;
    metrics& counts;
};

/// Stops the pages when the client has departed, and when it goes itself.
class pages_stopper {
  public:
    /// `departed` may be null.
    pages_stopper(std::shared_ptr<export_pages> pages, const std::shared_ptr<notice>& departed);
    pages_stopper(const pages_stopper&) = delete;
    pages_stopper& operator=(const pages_stopper&) = delete;
    ~pages_stopper();

  private:
    const std::shared_ptr<export_pages> pages_; ///< shared with the read ahead, which may end later
    notice::listening departure_;
};

/// The rows of `first` and of what follows it. `mac` outlives it.
std::shared_ptr<body_source> export_rows(export_request wanted, export_account account, const mac_function& mac,
                                         std::shared_ptr<export_pages> pages, export_page first,
                                         const std::shared_ptr<notice>& departed);

/// Counts an export that has ended, and logs one that broke off with its reason.
void tell_export_end(const export_account& account, export_format format, std::uint64_t rows, const error* broken);

} // namespace evalbridge
