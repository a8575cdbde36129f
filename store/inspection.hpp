#pragma once
// What an operator can be told of a store by looking at it alone.

#include "store/runs.hpp"

#include <optional>
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
    std::optional<int> version; ///< of the schema; the rest is there unless it is another than the newest
    int newest = 0;
    std::vector<table_size> tables; ///< every one of the schema that can be read
    std::vector<finding> findings;  ///< none with a count of 0
    std::vector<std::string> notes; ///< settings of the server under which commits can be lost

    bool is_good() const;
    bool is_without_faults() const;
};

/// Reads everything, in transactions of its own, and changes nothing; opens the connection where it isn't. What is
/// damaged is a finding. Throws what judge_current_exception() understands where there is nothing to look at: no such
/// file, no right to read it, no server.
inspection inspect(connection& db, store_time now);

} // namespace evalbridge
