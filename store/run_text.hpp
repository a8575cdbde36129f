#pragma once
// A run as texts: what the registry keeps of it, and what it is searched and sorted by.

#include "mapping/run.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

/// The run without the vendor's own JSON, its own and its metrics'.
run without_raw(run r);
/// The run's JSON as the API shows it, without `raw`.
std::string document_of(const run& r);
/// 16 hexadecimal digits: the same for the same document.
std::string etag_of_document(std::string_view document);

/// The text with the letters of Latin, Greek and Cyrillic in lower case, whatever the locale; without NUL (which
/// PostgreSQL can't hold) and with bytes that aren't UTF-8 replaced.
std::string folded(std::string_view text);
/// What `text` filters look into: name, description, agent and native id, a line each, each no longer than 16 KiB.
std::string search_text_of(const run& r);
/// Hexadecimal of the first 64 bytes of the folded name: compares byte by byte in every collation. Empty for no name.
std::optional<std::string> name_key_of(const run& r);

/// Fit for a TEXT column of both engines: UTF-8 without NUL.
std::string storable(std::string_view text);
std::optional<std::string> storable_or_nothing(const std::optional<std::string>& text);

} // namespace evalbridge
