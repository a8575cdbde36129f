#include "cli/command.hpp"
#include "config/file.hpp"
#include "config/scalars.hpp"

#include <CLI/CLI.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ostream>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_key_bytes = 16 * 1024;
constexpr const char* group = "Gateway";

std::string trimmed_key(std::string text) {
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
    return text;
}

/// False, with the reason on `err`, for a key that can't be read or sent.
bool read_key(const connection_flags& flags, const console& to, secret& into) {
    std::string key;
    if (!flags.api_key_file.empty()) {
        if (const auto reason = config::read_file(flags.api_key_file, max_key_bytes, key); !reason.empty()) {
            to.err << "error: --api-key-file " << flags.api_key_file << ' ' << reason << '\n';
            return false;
        }
    } else if (const char* from_environment = std::getenv("EVALBRIDGE_API_KEY")) {
        key = from_environment;
    }
    key = trimmed_key(std::move(key));
    const auto visible = [](unsigned char c) { return c > ' ' && c < 0x7F; };
    if (!std::all_of(key.begin(), key.end(), visible)) {
        to.err << "error: the API key has spaces, line breaks or bytes that aren't ASCII\n";
        return false;
    }
    into = secret(std::move(key));
    return true;
}

bool stays_here(const base_url& url) {
    boost::system::error_code code;
    const auto address = boost::asio::ip::make_address(url.host, code);
    return url.host == "localhost" || (!code && address.is_loopback());
}

} // namespace

void add_interval(CLI::App& command, const std::string& name, std::chrono::milliseconds& into,
                  std::chrono::milliseconds min, std::chrono::milliseconds max, const std::string& help) {
    const auto read = [&into, name, min, max](const std::string& text) {
        const auto value = config::parse_interval(text);
        if (!value || *value < min || *value > max)
            throw CLI::ValidationError(name, "expected a time from " + config::format_interval(min) + " to " +
                                                 config::format_interval(max) + ", such as 30s");
        into = *value;
    };
    command.add_option_function<std::string>(name, read, help)->type_name("TIME");
}

void add_count(CLI::App& command, const std::string& names, std::uint64_t& into, const std::string& help) {
    const auto check = [](const std::string& text) -> std::string {
        std::uint64_t number = 0;
        const auto* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, number);
        if (read.ec == std::errc::result_out_of_range)
            return "is too large";
        return read.ec == std::errc() && read.ptr == end ? "" : "must be a whole number, 0 or more";
    };
    command.add_option(names, into, help)->check(check)->type_name("N")->capture_default_str();
}

void add_connection_flags(CLI::App& command, connection_flags& flags) {
    flags.url = "http://127.0.0.1:8080";
    command.add_option("--url", flags.url, "The gateway's base URL")
        ->envname("EVALBRIDGE_URL")
        ->type_name("URL")
        ->capture_default_str()
        ->group(group);
    command
        .add_option("--api-key-file", flags.api_key_file,
                    "A file that holds the API key, instead of EVALBRIDGE_API_KEY")
        ->type_name("FILE")
        ->group(group);
    add_interval(command, "--timeout", flags.timeout, 1s, 10min,
                 "For each request (default " + std::to_string(flags.timeout.count() / 1000) + "s)");
    command.get_option("--timeout")->group(group);
}

std::unique_ptr<gateway> connect(const connection_flags& flags, const console& to) {
    auto url = parse_base_url(flags.url);
    if (!url) {
        to.err << "error: --url " << flags.url << ": " << url.error().detail() << '\n';
        return nullptr;
    }
    client_options options;
    options.url = flags.url;
    options.timeout = flags.timeout;
    options.silence = flags.silence;
    if (!read_key(flags, to, options.api_key))
        return nullptr;
    if (!options.api_key.empty() && !url->tls && !stays_here(*url))
        to.err << "warning: the API key goes to " << url->host << " unencrypted; use an https URL\n";
    return std::make_unique<client>(options, std::move(*url));
}

int report(const answer& failed, const gateway& from, const console& to, const std::optional<std::string>& hint) {
    if (failed.interrupted) {
        to.err << "interrupted\n";
        return exit_interrupted;
    }
    to.err << explain(failed, from, hint);
    return exit_failed;
}

} // namespace evalbridge::cli
