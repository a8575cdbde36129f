#pragma once
// What root may do says nothing of what a gateway's user may.

#include <cstdlib>

#include <unistd.h>

namespace evalbridge::testing {

/// This process as somebody who may write next to nothing, while it lives.
class as_nobody {
  public:
    as_nobody() {
        if (geteuid() == 0)
            was_root_ = seteuid(65534) == 0;
    }
    ~as_nobody() {
        if (was_root_ && seteuid(0) != 0)
            std::abort();
    }

  private:
    bool was_root_ = false;
};

} // namespace evalbridge::testing
