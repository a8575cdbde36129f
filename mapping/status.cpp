#include "mapping/status.hpp"

namespace evalbridge {
namespace {

struct status_row {
    run_status status;
    std::string_view name;
    bool terminal;
};

// In the order of the enumeration, so that a status is its own index; a test holds it to that.
constexpr status_row rows[] = {
    {run_status::pending, "pending", false},       {run_status::running, "running", false},
    {run_status::cancelling, "cancelling", false}, {run_status::completed, "completed", true},
    {run_status::partial, "partial", true},        {run_status::failed, "failed", true},
    {run_status::cancelled, "cancelled", true},    {run_status::unknown, "unknown", false},
};

const status_row& row_of(run_status status) { return rows[static_cast<std::size_t>(status)]; }

/// What a vendor may still say of a run that we have just cancelled.
bool is_older_than_a_cancel(run_status read) {
    return read == run_status::pending || read == run_status::running || read == run_status::unknown;
}

} // namespace

std::string_view name_of(run_status status) { return row_of(status).name; }

std::string_view name_of(run_outcome outcome) { return outcome == run_outcome::passed ? "passed" : "failed"; }

std::optional<run_status> parse_run_status(std::string_view text) {
    for (const auto& row : rows)
        if (row.name == text)
            return row.status;
    return {};
}

bool is_terminal(run_status status) { return row_of(status).terminal; }

run_status next_status(std::optional<run_status> shown, run_status read, bool& contradicted) {
    contradicted = shown && is_terminal(*shown) && *shown != read;
    if (!shown)
        return read;
    if (is_terminal(*shown))
        return *shown;
    if (*shown == run_status::cancelling && is_older_than_a_cancel(read))
        return run_status::cancelling;
    return read;
}

} // namespace evalbridge
