#pragma once
// Looks at a store that may be damaged: what one of them meets is told, and the next one is taken all the same.

#include "store/connection.hpp"

#include <functional>
#include <optional>
#include <string>

namespace evalbridge {

/// Does `work` in a transaction that only reads, however long it takes. The engine's words where that fails; throws
/// where the database is gone or busy rather than damaged.
std::optional<std::string> look(connection& db, const std::function<void()>& work);

} // namespace evalbridge
