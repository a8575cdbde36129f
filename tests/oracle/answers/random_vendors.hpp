#pragma once
// Vendors whose runs are random, each from the number in its id, so that what a run holds is known beforehand; and what
// the oracle makes of such a run.

#include "tests/oracle/answers/vendor_server.hpp"
#include "tests/oracle/judging.hpp"

#include <memory>
#include <vector>

namespace evalbridge::oracle {

/// What the API must say of a run.
struct expected_run {
    json::value run;
    json::value summary;
    std::vector<json::value> verdicts; ///< in the list's order; of all levels
    std::vector<json::value> results;  ///< with spans where the vendor has any
};

struct vendor_manners {
    std::size_t largest_page = 1000; ///< pages asked for larger are cut to it
    bool tells_total = true;
};

class random_vendor {
  public:
    virtual ~random_vendor() = default;
    virtual std::string native_id(unsigned number) const = 0;
    virtual vendor_server::answer answer(const std::string& target) = 0;
    virtual expected_run expected(unsigned number, const std::string& provider, bool raw) = 0;
};

std::unique_ptr<random_vendor> random_staso(vendor_manners how, dictionary words);
std::unique_ptr<random_vendor> random_gradient(vendor_manners how, dictionary words);

/// A parameter of a target's query, or "".
std::string query_of(const std::string& target, const std::string& name);
/// Counts and means of verdicts, as they are told where the vendor tells none.
json::value folded_summary(const std::vector<json::value>& verdicts, const std::string& run_id);

} // namespace evalbridge::oracle
