#pragma once
// An export as a JUnit report. Verdicts come by item and suites go by metric, with their counts in front, so the cases
// are kept in a spool until the last has come. Meanwhile the client gets what may stand before a document's root: the
// declaration, and an empty line now and then, so that nothing between takes the connection for dead.

#include "gateway/handlers/export_rows.hpp"
#include "gateway/handlers/spool.hpp"

namespace evalbridge {

/// `quiet`: after so long an empty line is sent. `time` outlives it.
std::shared_ptr<body_source> export_junit(export_account account, const spool_options& spooled, clock& time,
                                          duration quiet, std::shared_ptr<export_pages> pages, export_page first,
                                          const std::shared_ptr<notice>& departed);

} // namespace evalbridge
