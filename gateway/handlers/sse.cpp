#include "gateway/handlers/sse.hpp"

#include <algorithm>

namespace evalbridge {

void append_event(std::string& out, std::string_view id, std::string_view name, std::string_view data) {
    out.append("id: ").append(id).append("\nevent: ").append(name).append("\n");
    for (bool more = true; more;) {
        const auto end = std::min(data.find_first_of("\r\n"), data.size());
        out.append("data: ").append(data.substr(0, end)).append("\n");
        more = end < data.size();
        if (more)
            data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    out.append("\n");
}

void append_comment(std::string& out, std::string_view text) {
    out.append(":").append(text.empty() ? "" : " ").append(text).append("\n\n");
}

void append_retry(std::string& out, std::chrono::milliseconds delay) {
    out.append("retry: ").append(std::to_string(delay.count())).append("\n\n");
}

} // namespace evalbridge
