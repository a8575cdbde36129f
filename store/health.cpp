#include "store/health.hpp"

namespace evalbridge {

store_health::store_health(logger& log, metrics& counts)
    : log_(log), level_(counts.level("evalbridge_store_reachable", "1 while the store's database serves.")) {
    level_.Set(1);
}

void store_health::served(bool writes) {
    const unsigned over = away | refuses_reads | (writes ? refuses_writes : 0u);
    const auto before = troubles_.fetch_and(~over);
    changed(before, before & ~over, nullptr);
}

void store_health::add(trouble which, const judged_failure& why) {
    const auto before = troubles_.fetch_or(which);
    changed(before, before | which, &why);
}

void store_health::changed(unsigned before, unsigned after, const judged_failure* why) {
    if ((before == 0) == (after == 0))
        return;
    level_.Set(after == 0 ? 1 : 0);
    if (after == 0)
        log_.info("store_serves_again");
    else
        log_.error("store_unavailable", {{"code", why->code}, {"reason", why->text}});
}

} // namespace evalbridge
