#pragma once
// Whether the database serves, as whoever asked it last has found. Reading and writing are told apart: on a full disk
// the one goes on and the other doesn't. From any thread.

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "store/failure.hpp"

#include <atomic>

namespace evalbridge {

class store_health {
  public:
    store_health(logger& log, metrics& counts);

    bool serves() const { return troubles_ == 0; }
    /// Nobody answers: no new unit of work need try.
    bool is_away() const { return (troubles_ & away) != 0; }

    void served(bool writes);
    void gone(const judged_failure& why) { add(away, why); }
    void refused(bool writes, const judged_failure& why) { add(writes ? refuses_writes : refuses_reads, why); }

  private:
    enum trouble : unsigned { away = 1, refuses_reads = 2, refuses_writes = 4 };
    void add(trouble which, const judged_failure& why);
    void changed(unsigned before, unsigned after, const judged_failure* why);

    logger& log_;
    metrics::gauge& level_;
    std::atomic<unsigned> troubles_{0};
};

} // namespace evalbridge
