#pragma once
// Pages of an archived run's lists, read from its rows. Whatever the offset and the filter, what lies before the page
// isn't read: blocks tell how much of it matches. Blocking; for units of work of the store.

#include "adapters/provider.hpp"
#include "store/archive.hpp"
#include "store/archive_rows.hpp"

namespace evalbridge {

/// What a list is read with.
struct archived_list {
    archive_record of; ///< complete
    verdict_filter filter;
    list_window window;
    read_options options;
    generation_key key() const { return {of.number, of.generation}; }
};

/// Errors: internal where the store holds what was never written.
result<page<verdict>> read_verdict_page(connection& db, const archived_list& list);
result<page<run_result>> read_result_page(connection& db, const archived_list& list);
/// Errors: not_found.
result<run_result> read_one_result(connection& db, generation_key key, const std::string& result_id,
                                   const read_options& options);

} // namespace evalbridge
