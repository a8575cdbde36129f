#pragma once
// Which handler answers a request. Knows 404 from 405, answers HEAD by the GET handler (the edge drops the body) and
// OPTIONS by itself.

#include "gateway/http/reply.hpp"
#include "gateway/http/request_context.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

using handler = std::function<boost::asio::awaitable<result<reply>>(const request_context&)>;

/// How a request counts against the gateway's limits.
enum class route_load {
    work,      ///< against `max_in_flight`
    waiting,   ///< mostly waits: against `max_waiting`; its handler hears when the client goes
    exporting, ///< long, at its client's pace: against `max_exports`; its handler hears when the client goes
    probe,     ///< always let in: whoever looks at the gateway must see it when it is overloaded
};

struct route_options {
    bool authenticated = true;
    std::vector<std::string_view> query; ///< the query parameters it takes; any other is a 400 that names it
    bool takes_body = false;
    bool json_body = true; ///< the body it takes must come as application/json
    route_load load = route_load::work;
    /// A query parameter that makes a request one that waits, as a `Prefer` field with `wait` then does too: its load
    /// is `waiting` whatever `load` says. Null where there is none. A literal.
    const char* waits_if_query = nullptr;
};

/// How a request with that query and those fields (names in lower case) counts. In prefer.cpp.
route_load load_of(const route_options& options, const std::vector<query_parameter>& query,
                   const std::vector<std::pair<std::string, std::string>>& fields);

class router {
  public:
    router();
    ~router();
    router(router&&) noexcept;
    router& operator=(router&&) noexcept;

    /// `pattern` is literal segments and `{name}` segments: "/v1/runs/{id}/results/{result_id}". A literal segment
    /// wins over a named one. Adding a method and pattern twice is a bug.
    void add(verb method, std::string_view pattern, route_options options, handler h);

    struct found {
        const handler* handle = nullptr; ///< null: 404, 405 or an OPTIONS to answer
        const route_options* options = nullptr;
        std::string_view pattern; ///< for logs; "" when no pattern matches
        std::vector<std::string> arguments;
        std::string allow; ///< methods of the pattern, for `Allow`; empty when no pattern matches
        bool bad_encoding =
            false; ///< a segment's percent-encoding was malformed, or hid a control character or no UTF-8
    };
    /// `path` is percent-encoded.
    found find(verb method, std::string_view path) const;

  private:
    struct table;
    std::unique_ptr<table> table_;
};

} // namespace evalbridge
