#pragma once
// A list of the gateway, page after page by its cursor.

#include "cli/gateway.hpp"
#include "cli/view.hpp"

#include <functional>
#include <iosfwd>

namespace evalbridge::cli {

struct walked {
    std::size_t taken = 0;
    page_view last;               ///< of the last page that was read
    std::optional<answer> failed; ///< the answer that ended the walk too soon
};

/// Calls `take` with each element's JSON, in order, until the list ends or `limit` elements are taken (0: no limit).
/// `query` is the filter, encoded, without paging: `passed=false&metric=x`. After the first page, what may pass is
/// waited out and told on `err`; before it, everything fails at once. `look` is given the first page's whole answer.
walked walk(gateway& from, const std::string& path, const std::string& query, std::uint64_t limit,
            const std::function<void(const std::string& element)>& take, std::ostream& err,
            const std::function<void(const std::string& body)>& look = {});

} // namespace evalbridge::cli
