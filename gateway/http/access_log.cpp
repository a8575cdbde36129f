#include "gateway/http/access_log.hpp"

namespace evalbridge {
namespace {

template <class... Fields> void write(logger& log, const access_entry& entry, const Fields&... more) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(entry.took).count();
    log.info("request", {{"request_id", entry.request_id},
                         {"client", entry.client},
                         {"peer", entry.peer},
                         {"method", entry.method},
                         {"route", entry.route},
                         {"path", entry.path.substr(0, 200)},
                         {"status", entry.status},
                         {"duration_ms", static_cast<double>(microseconds) / 1000},
                         {"bytes", entry.bytes},
                         more...});
}

} // namespace

void log_access(logger& log, const access_entry& entry) {
    if (!log.enabled(log_level::info))
        return;
    const log_field code("code", entry.code), reason("reason", entry.reason);
    if (entry.code.empty() && entry.reason.empty())
        write(log, entry);
    else if (entry.reason.empty())
        write(log, entry, code);
    else if (entry.code.empty())
        write(log, entry, reason);
    else
        write(log, entry, code, reason);
}

} // namespace evalbridge
