#pragma once
// What a vendor does out of the ordinary. Read strictly: a misspelt knob that silently does nothing would make a test
// that proves nothing. Every knob is described in docs/sandbox.md.

#include "sandbox/fault.hpp"
#include "sandbox/rate_limit.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::sandbox {

struct scenario_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What becomes of the next runs that are started.
struct run_plan {
    enum class end { completed, partial, failed, cancelled, stuck };
    end ends = end::completed;
    std::string stuck_in;                    ///< for `stuck`: the vendor's word for the phase; empty: its last one
    std::optional<std::string> error;        ///< for `failed` and `partial`
    std::optional<std::string> live_status;  ///< shown in place of every status that isn't the last
    std::optional<std::string> final_status; ///< shown in place of the last
    std::optional<double> seconds;           ///< how long it takes, before `speed` divides it
    bool ignores_cancel = false;
    std::optional<unsigned> times;
    unsigned after = 0;

    unsigned seen = 0;
    unsigned used = 0;
};

/// The plan for the next run: the first that still applies, else the ordinary one.
run_plan next_plan(std::vector<run_plan>& plans);

enum class certificate_kind { valid, expired, self_signed, wrong_host, cn_only, unknown_ca };

struct vendor_scenario {
    std::vector<fault_rule> faults;
    std::vector<run_plan> runs;
    std::optional<rate_limits> rate_limit;
    std::optional<unsigned> max_page;            ///< a page is silently cut to this size
    milliseconds down{0};                        ///< from now on nobody listens, for so long
    std::optional<certificate_kind> certificate; ///< of new connections; needs TLS
};

enum class staso_time { iso, offset, space, epoch, epoch_ms };

struct staso_scenario : vendor_scenario {
    std::string envelope = "verdicts"; ///< bare | verdicts | items | data | results | nested
    std::string run_envelope = "bare"; ///< bare | run | eval_run | data
    std::string total = "absent";      ///< absent | total | total_count | page_count
    std::string id_key = "id";         ///< id | run_id
    std::string rules_key = "rules";   ///< the create's name for custom rules
    staso_time timestamps = staso_time::iso;
    bool passed_as_int = false;
    bool cancel_answers_empty = false;
    int create_status = 201;
};

enum class gradient_vintage {
    oldest, ///< no deployment names, no trace spans, no metric uuid or status
    middle, ///< with both, spans flat
    newest  ///< metric uuid and status, child spans
};

struct gradient_scenario : vendor_scenario {
    gradient_vintage vintage = gradient_vintage::newest;
    std::string meta = "full";  ///< full | missing | no_total
    std::string links = "full"; ///< full | missing | prev
    bool uint64_as_number = false;
    bool int64_as_string = false;
    std::size_t span_kb = 0; ///< of text in each prompt's first span
};

struct scenario {
    staso_scenario staso;
    gradient_scenario gradient;
    boost::json::value document; ///< what it was read from
};

/// The scenario nothing was asked of: an empty document.
scenario ordinary_scenario();
/// JSON with comments and trailing commas. Throws scenario_error that names the member.
scenario read_scenario(std::string_view text);

} // namespace evalbridge::sandbox
