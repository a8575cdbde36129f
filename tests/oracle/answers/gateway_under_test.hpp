#pragma once
// A gateway in this process, in front of four random vendors: of each kind one that serves pages as asked and tells
// totals, and one that cuts pages short and doesn't.

#include "gateway/app.hpp"
#include "tests/oracle/answers/random_vendors.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <map>

namespace evalbridge::oracle {

class gateway_under_test {
  public:
    gateway_under_test();
    ~gateway_under_test();

    struct provider {
        std::string name;
        bool has_content; ///< results with spans, and verdicts on those
        std::unique_ptr<random_vendor> vendor;
        std::unique_ptr<vendor_server> server;
    };
    std::vector<provider>& providers() { return providers_; }
    /// The body of a 200; a test failure for anything else.
    std::string get(const std::string& target);
    /// Has these runs archived, and waits until they are.
    void archive(const std::vector<std::string>& run_ids);

  private:
    void add(const std::string& name, bool has_content, std::unique_ptr<random_vendor> vendor);
    std::filesystem::path folder_;
    testing::captured_log log_;
    std::vector<provider> providers_;
    std::unique_ptr<app> app_;
    unsigned short port_ = 0;
    std::thread thread_;
};

/// The dictionary that the gateway is configured with.
const dictionary& configured_dictionary();

/// Of a run, for a path.
std::string path_of(const std::string& run_id);

} // namespace evalbridge::oracle
