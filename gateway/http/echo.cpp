#include "gateway/http/echo.hpp"

#ifdef EVALBRIDGE_TEST_ROUTES
namespace evalbridge {
namespace {

boost::asio::awaitable<result<reply>> echo(const request_context& request) {
    reply answer(200, "application/octet-stream", request.body);
    co_return answer;
}

} // namespace

void add_echo_route(router& routes, std::string_view pattern) {
    route_options options;
    options.authenticated = false;
    options.takes_body = true;
    options.json_body = false;
    for (const verb method : {verb::get, verb::head, verb::post, verb::put, verb::patch, verb::del, verb::options})
        routes.add(method, pattern, options, echo);
}

} // namespace evalbridge
#endif
