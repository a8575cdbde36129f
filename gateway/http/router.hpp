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

struct route_options {
    bool authenticated = true;
    std::vector<std::string_view> query; ///< the query parameters it takes; any other is a 400 that names it
    bool takes_body = false;
    bool json_body = true; ///< the body it takes must come as application/json
};

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
