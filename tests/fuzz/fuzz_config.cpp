// Any bytes as a configuration document: no crash, no hang, bounded faults, each in place and fit for a terminal, and
// the same again for the same bytes.

#include "base/utf8.hpp"
#include "config/settings.hpp"

#include <cstdint>
#include <cstdlib>

using namespace evalbridge;

namespace {

std::optional<std::string> no_environment(const std::string&) { return {}; }

void require(bool holds) {
    if (!holds)
        std::abort();
}

/// Reads every value of the document as everything it could be.
void read_all(const config::node& n) {
    n.where();
    n.text();
    n.boolean();
    n.number();
    n.integer(-10, 10);
    n.interval(std::chrono::milliseconds(0), std::chrono::hours(1));
    n.size(0, 1024);
    if (n.is_sequence())
        for (const auto& each : n.items())
            read_all(each);
    if (n.is_mapping())
        for (const auto& [key, each] : n.members())
            read_all(n.find(key));
}

std::vector<std::string> faults_of(const std::string& text) {
    // A dictionary or secret would be looked for beside the document: in a folder that isn't there.
    const auto document = config::document::parse(text, "/nonexistent/evalbridge-fuzz/c.yaml", no_environment);
    std::vector<config::fault> more;
    const auto root = document.root();
    const auto settings = config::read_settings(root, more);
    config::read_dictionary(root);
    auto faults = document.finish();
    require(root.present() || !faults.empty());
    require(!faults.empty() || !settings.keys.empty() || settings.server.host == "127.0.0.1" ||
            settings.server.host.find(':') != std::string::npos || settings.server.host.starts_with("127."));
    read_all(root);
    faults = document.finish();
    std::vector<std::string> out;
    for (const auto& each : faults) {
        require(each.line >= 0 && is_printable(to_string(each)));
        out.push_back(to_string(each));
    }
    require(out.size() <= 101);
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    require(faults_of(text) == faults_of(text));
    return 0;
}
