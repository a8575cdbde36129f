#include "gateway/http/access_log.hpp"

namespace evalbridge {

void log_access(logger& log, const access_entry& entry) {
    if (!log.enabled(log_level::info))
        return;
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(entry.took).count();
    log.info("request", {{"request_id", entry.request_id},
                         {"client", entry.client},
                         {"peer", entry.peer},
                         {"method", entry.method},
                         {"route", entry.route},
                         {"path", entry.path.substr(0, 200)},
                         {"status", entry.status},
                         {"code", entry.code},
                         {"reason", entry.reason},
                         {"duration_ms", static_cast<double>(microseconds) / 1000},
                         {"bytes", entry.bytes}});
}

} // namespace evalbridge
