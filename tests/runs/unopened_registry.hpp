#pragma once
// A registry whose store was never opened: it refuses everything at once, as one that is away does. For tests of what
// goes on without it.

#include "runs/registry.hpp"

namespace evalbridge::testing {

class unopened_registry {
  public:
    unopened_registry(run_memory& memory, clock& time, logger& log, metrics& counts)
        : kept_(options(), time, log, counts), runs_(kept_, memory, time, log, counts) {}

    run_registry& operator*() { return runs_; }
    run_registry* operator->() { return &runs_; }
    store& kept() { return kept_; }

  private:
    static store_options options() {
        store_options out;
        out.url = *parse_store_url("sqlite:/nonexistent/store.db");
        return out;
    }
    store kept_;
    run_registry runs_;
};

} // namespace evalbridge::testing
