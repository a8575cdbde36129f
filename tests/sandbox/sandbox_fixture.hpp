#pragma once
// A sandbox on free ports with its own thread, and a small blocking client.

#include "sandbox/server.hpp"

#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace evalbridge::sandbox {

struct heard {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;
    bool complete = true; ///< false: the connection ended inside the message

    boost::json::value json() const;
};

/// One request on a connection of its own.
heard ask(std::uint16_t port, std::string_view method, std::string_view target,
          const std::vector<std::pair<std::string, std::string>>& headers = {}, std::string_view body = {});
/// Sends bytes as they are and reads until the other side closes.
std::string ask_raw(std::uint16_t port, std::string_view bytes);
/// The same, but leaves after so many bytes.
std::string ask_some(std::uint16_t port, std::string_view bytes, std::size_t most);

class SandboxFixture : public ::testing::Test {
  protected:
    explicit SandboxFixture(const options& chosen = {});
    ~SandboxFixture() override;

    heard staso(std::string_view method, std::string_view target, std::string_view body = {});
    heard gradient(std::string_view method, std::string_view target, std::string_view body = {});
    /// The sample of the ready line.
    std::string sample(std::string_view name) const;
    void set_scenario(std::string_view text);
    /// One fault, by its members, for every request of a vendor.
    void fault(const std::string& members, const std::string& vendor = "staso");
    void advance(double seconds);
    std::int64_t calls(std::uint16_t port, std::string_view route);

    /// Starts a run and gives its id.
    std::string start_staso(std::string_view scope,
                            std::string_view rules = R"("zero_configs":["task_completion_rate"])");
    std::string start_gradient(std::string_view test_case, std::string_view agent);

    server server_;
    boost::json::value ready_;

  private:
    std::thread thread_;
};

} // namespace evalbridge::sandbox
