#pragma once
// The transport under test with all that it needs, pointed at a server of the test.

#include "base/deadline_sweeper.hpp"
#include "tests/support/scripted_upstream.hpp"
#include "upstream/options.hpp"
#include "upstream/transport/resolver.hpp"
#include "upstream/transport/transport.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace evalbridge::testing {

/// Options for a server on that port of loopback: plain http, five seconds for everything.
upstream_options options_for(std::uint16_t port);
/// A GET of `target`.
http_request get(std::string target);
/// A POST that must not be sent twice.
http_request create(std::string body);
call create_call();

class client {
  public:
    explicit client(const upstream_options& options, std::shared_ptr<resolver> names = make_resolver());

    /// Sends one request and runs until it has its outcome.
    result<http_response> send(const http_request& request, const call& c = test_call());
    result<http_response> get(const std::string& target = "/") { return send(testing::get(target)); }
    /// Starts all of them at once and runs until each has its outcome.
    std::vector<result<http_response>> send_all(const std::vector<http_request>& requests, const call& c);

    boost::asio::io_context io{1};
    deadline_sweeper sweeper{io.get_executor(), std::chrono::milliseconds(5)};
    captured_log log;
    std::unique_ptr<upstream> transport;
};

} // namespace evalbridge::testing
