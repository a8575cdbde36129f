#pragma once
// What the commands show of the API's objects. Read tolerantly, since the gateway may be newer than this program: what
// isn't there is empty, what isn't known is passed over.

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::cli {

struct run_view {
    std::string id;
    std::string provider;
    std::string vendor;
    std::string status;
    std::optional<std::string> native_status;
    std::optional<std::string> name;
    std::optional<std::string> suite;
    std::optional<std::string> created_at;
    std::optional<std::string> phase;
    std::optional<std::string> outcome; ///< `passed` or `failed`
    std::optional<std::string> error;
    bool terminal = false;
    std::optional<std::int64_t> done;
    std::optional<std::int64_t> total;
};

struct counts_view {
    std::string metric; ///< empty for the run as a whole
    std::int64_t total = 0;
    std::int64_t passed = 0;
    std::int64_t failed = 0;
    std::int64_t undecided = 0;
    std::int64_t errored = 0;
    std::optional<double> pass_rate;
    std::optional<double> average_score;
    std::optional<double> average_latency_ms;
};

struct summary_view {
    counts_view whole;
    std::vector<counts_view> metrics;
    std::optional<bool> run_terminal;
};

struct verdict_view {
    std::string result_id;
    std::optional<std::string> trace_id;
    std::string metric;
    std::optional<bool> passed;
    std::optional<double> score;
    std::optional<std::string> value;
    std::optional<std::string> reason;
    std::optional<std::string> error;
    std::optional<std::string> span; ///< `3 search_tool`
};

struct page_view {
    std::optional<std::int64_t> total;
    std::optional<std::string> next_cursor;
    std::optional<bool> run_terminal;
};

run_view read_run(const boost::json::value& from);
summary_view read_summary(const boost::json::value& from);
verdict_view read_verdict(const boost::json::value& from);
page_view read_page(const boost::json::value& from);

/// A member by its path (`metric.name`), or null where there is none or it is JSON's null.
const boost::json::value* member(const boost::json::value& of, std::string_view path);
std::optional<std::string> text_at(const boost::json::value& of, std::string_view path);
std::optional<double> number_at(const boost::json::value& of, std::string_view path);
std::optional<std::int64_t> integer_at(const boost::json::value& of, std::string_view path);
std::optional<bool> boolean_at(const boost::json::value& of, std::string_view path);

} // namespace evalbridge::cli
