#pragma once
// What an operator can be told of a store by looking at it alone.

#include "store/runs.hpp"

#include <string>
#include <vector>

namespace evalbridge {

struct table_size {
    std::string table;
    long long rows = 0;
};

struct finding {
    std::string what;
    long long count = 0;
    bool is_fault = false; ///< otherwise something that gateways tidy up by themselves
};

struct inspection {
    int version = 0; ///< of the schema; the rest is there only where it is the newest one
    int newest = 0;
    std::vector<table_size> tables; ///< every one of the schema
    std::vector<finding> findings;  ///< none with a count of 0
    std::vector<std::string> notes; ///< settings of the server under which commits can be lost

    bool is_good() const;
};

/// Reads everything, in transactions of its own, and changes nothing. Throws what judge_current_exception()
/// understands.
inspection inspect(connection& db, store_time now);

} // namespace evalbridge
