#pragma once
// A request as a handler sees it: read whole, judged by the edge, its key checked, its deadline set.

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/notice.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

enum class verb { get, head, post, put, patch, del, options, other };

struct query_parameter {
    std::string name;  ///< percent-decoded
    std::string value; ///< percent-decoded; empty for `?name`
    bool has_value = false;
};

struct request_context {
    verb method = verb::get;
    std::string path;                        ///< as sent, still percent-encoded, without the query
    std::vector<std::string> path_arguments; ///< what stood for each `{...}` of the route, percent-decoded
    std::vector<query_parameter> query;
    /// Names in lower case. Credentials aren't among them: they stop at the edge.
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    std::string request_id;
    std::string client; ///< name of the API key, or "anonymous" with `auth: none`
    std::string peer;   ///< address the connection came from
    time_point deadline;
    /// Given when the client has gone, on routes whose load is `waiting` or `exporting`; null on others. A stream's
    /// `next` is to end then. Shared, since a stream outlives the handler.
    std::shared_ptr<notice> departed;
    /// Where handlers add up the time they wait for providers; what remains of the request's time is the gateway's own.
    mutable duration waited{};

    /// The value of the first field of that lower-case name; empty where there is none.
    std::string_view field(std::string_view lower_case_name) const;
};

/// "GET"; empty for `other`.
std::string_view name_of(verb method);

} // namespace evalbridge
