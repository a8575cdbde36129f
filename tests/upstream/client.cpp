#include "tests/upstream/client.hpp"

#include <boost/asio/co_spawn.hpp>

namespace evalbridge::testing {

upstream_options options_for(std::uint16_t port) {
    upstream_options options;
    options.url.tls = false;
    options.url.host = "127.0.0.1";
    options.url.port = port;
    options.connect_timeout = std::chrono::seconds(5);
    options.attempt_timeout = std::chrono::seconds(5);
    return options;
}

http_request get(std::string target) {
    http_request request;
    request.target = std::move(target);
    return request;
}

http_request create(std::string body) {
    http_request request;
    request.method = http_method::post;
    request.target = "/runs";
    request.fields.push_back({"Content-Type", "application/json"});
    request.body = std::move(body);
    return request;
}

call create_call() {
    call c = test_call();
    c.may_replay = replay::only_if_unsent;
    return c;
}

client::client(const upstream_options& options, std::shared_ptr<resolver> names)
    : transport(make_transport(io.get_executor(), options, sweeper, std::move(names), log)) {}

result<http_response> client::send(const http_request& request, const call& c) {
    return std::move(send_all({request}, c).front());
}

std::vector<result<http_response>> client::send_all(const std::vector<http_request>& requests, const call& c) {
    std::vector<result<http_response>> outcomes(requests.size(), error(errc::internal));
    std::size_t left = requests.size();
    for (std::size_t i = 0; i < requests.size(); ++i)
        boost::asio::co_spawn(io, transport->send(requests[i], c),
                              [&outcomes, &left, i](std::exception_ptr thrown, result<http_response> outcome) {
                                  --left;
                                  if (thrown)
                                      std::rethrow_exception(thrown);
                                  outcomes[i] = std::move(outcome);
                              });
    io.restart();
    while (left > 0)
        io.run_one();
    return outcomes;
}

} // namespace evalbridge::testing
