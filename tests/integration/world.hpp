#pragma once
// The whole gateway and the sandbox in this process, on ports that the system picks, and a client that holds every
// answer to the API's own description.

#include "gateway/app.hpp"
#include "sandbox/server.hpp"
#include "tests/integration/http_client.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <boost/json/value.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace evalbridge::integration {

struct world_options {
    std::string server = "shards: 2"; ///< more keys of the server block, as YAML flow members
    std::string auth = "none";
    std::string store;                      ///< a URL; empty: SQLite in a folder of its own
    std::string archive = "enabled: false"; ///< members of the archive block; runs are archived when asked for only
    bool keep = false;                      ///< whether runs that nobody waits for are watched to their end
    std::string providers;                  ///< replaces the usual two blocks
    std::string staso_keys;                 ///< more members of the usual blocks, e.g. "attempt_timeout: 300ms"
    std::string gradient_keys;
    bool tls = false; ///< between the gateway and the vendors
};

/// Members of a provider's block: one attempt a call, none refused or answered here, nothing remembered. So what the
/// vendor does is seen as it is.
inline constexpr char bare_provider[] = "retry: {attempts: 1}, breaker: {failures: 1000000}, cache: {size: 0}, "
                                        "rate_limit: {per_minute: 0, per_hour: 0}";

class world {
  public:
    explicit world(world_options options = {});
    ~world();

    /// One request to the gateway. Every JSON answer is checked against /openapi.json; a mismatch is a test failure.
    answer get(const std::string& target, fields extra = {});
    answer post(const std::string& target, const std::string& body, fields extra = {});
    answer request(const std::string& method, const std::string& target, const std::string& body, fields extra);

    /// One request to a vendor of the sandbox, e.g. to its /__sandbox routes.
    answer staso(const std::string& method, const std::string& target, const std::string& body = {});
    answer gradient(const std::string& method, const std::string& target, const std::string& body = {});
    /// Replaces the scenario of both vendors; see docs/sandbox.md.
    void scenario(const std::string& json);
    /// The same fault for every request of both vendors.
    void every_answer(const std::string& fault);
    /// Lets time pass for both vendors' runs.
    void let_pass(int seconds);

    /// Starts a run of the sandbox's sample scope and lets it end: its id.
    std::string finished_staso_run(const std::string& scope = {});
    std::string finished_gradient_run();
    std::string start(const std::string& spec);
    /// Lets the run end, and waits until the registry, which is written beside the answers, has it so.
    boost::json::value finish(const std::string& run_id);

    std::string sample(std::string_view name) const;
    unsigned short port() const { return port_; }
    /// Of the vendors' authority, where they speak TLS.
    std::string ca_file() const { return sandbox_->ca_file(); }
    app& gateway() { return *app_; }
    const testing::captured_log& log() const { return log_; }

  private:
    void await_record(const std::string& run_id, const boost::json::value& status);
    answer ask_vendor(unsigned short port, const std::string& method, const std::string& target,
                      const std::string& body, const fields& credential);

    std::filesystem::path folder_;
    const bool tls_;
    testing::captured_log log_;
    std::unique_ptr<sandbox::server> sandbox_;
    boost::json::value ready_;
    std::unique_ptr<app> app_;
    unsigned short port_ = 0;
    std::thread sandbox_thread_;
    std::thread app_thread_;
};

/// The id as a path segment.
std::string run_path(const std::string& run_id);

} // namespace evalbridge::integration
