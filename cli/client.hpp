#pragma once
// A gateway over HTTP, through the same transport that the gateway itself reaches providers with.

#include "base/deadline_sweeper.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "cli/event_loop.hpp"
#include "cli/gateway.hpp"
#include "cli/open_streams.hpp"
#include "upstream/options.hpp"
#include "upstream/upstream.hpp"

#include <memory>

namespace evalbridge::cli {

struct client_options {
    std::string url = "http://127.0.0.1:8080";
    secret api_key;                           ///< empty: none is sent
    std::chrono::milliseconds timeout{30000}; ///< of one request
    std::chrono::milliseconds silence{45000}; ///< after which a stream is given up: three of the gateway's heartbeats
};

class client final : public gateway {
  public:
    client(const client_options& options, base_url url);
    ~client() override;

    answer get(const std::string& target) override;
    answer post(const std::string& target, const std::string& json, const request_fields& fields) override;
    bool pause(duration how_long) override;
    time_point now() const override { return clock_.now(); }
    void open(std::size_t stream, const std::string& target, const request_fields& fields) override;
    void leave(std::size_t stream) override;
    arrival next(time_point until) override;
    const std::string& url() const override { return options_.url; }

  private:
    answer send(http_request request, replay may_replay);
    void authorize(http_request& request) const;

    client_options options_;
    system_clock clock_;
    std::unique_ptr<logger> log_;
    event_loop loop_;
    deadline_sweeper sweeper_;
    std::unique_ptr<upstream> transport_;
    std::shared_ptr<open_streams> streams_; ///< shared with the tasks that read them, which the loop destroys last
};

} // namespace evalbridge::cli
