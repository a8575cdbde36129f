#pragma once
// Server-sent events as they go over the wire (WHATWG HTML, section 9.2).

#include <chrono>
#include <string>
#include <string_view>

namespace evalbridge {

/// Appends an event. `data` may have lines; the id and the name of the event have none.
void append_event(std::string& out, std::string_view id, std::string_view name, std::string_view data);
/// What clients ignore: keeps a quiet connection open. One line of text, or none.
void append_comment(std::string& out, std::string_view text = {});
/// How long a client waits before it connects again.
void append_retry(std::string& out, std::chrono::milliseconds delay);

} // namespace evalbridge
