#include "gateway/configuration.hpp"

#include "config/file.hpp"
#include "config/suggest.hpp"
#include "config/words.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using config::node;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::size_t max_ca_file = 16 * mib;

/// Fields that frame the message, that the transport writes itself, or that carry a credential.
constexpr std::string_view reserved_fields[] = {
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-api-key",
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) ||
               std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
    });
}

/// Visible ASCII and single spaces inside: what no two programs read differently.
bool is_field_value(std::string_view text) {
    return !text.empty() && text.front() != ' ' && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_loopback(const std::string& host) {
    if (host == "localhost")
        return true;
    boost::system::error_code code;
    const auto address = boost::asio::ip::make_address(host, code);
    return !code && address.is_loopback();
}

void read_base_url(const node& block, const vendor_entry& vendor, base_url& into) {
    const auto written = vendor.default_base_url.empty() ? block.at("base_url") : block.find("base_url");
    const bool plain_allowed = block.boolean_or("allow_plain_http", false);
    const auto text = written.present() ? written.text() : std::string(vendor.default_base_url);
    if (text.empty() && !written.is_scalar())
        return; // missing or of another type, which has been said
    auto parsed = parse_base_url(text);
    if (!parsed) {
        written.fail(written.where() + ": " + parsed.error().detail());
        return;
    }
    into = std::move(*parsed);
    if (!into.tls && !plain_allowed && !is_loopback(into.host))
        written.fail(written.where() + ": plain http would send the credential unencrypted; use https, or write "
                                       "allow_plain_http: true if the way there is protected otherwise");
}

void read_ca_file(const node& block, upstream_options& into) {
    const auto written = block.find("ca_file");
    if (!written.present())
        return;
    const auto file = written.path();
    if (file.empty())
        return;
    std::string pem;
    if (const auto reason = config::read_file(file, max_ca_file, pem); !reason.empty())
        written.fail(written.where() + ": " + file.string() + ' ' + reason);
    else if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
        written.fail(written.where() + ": " + file.string() + " holds no PEM certificate");
    into.ca_file = file.string();
}

void read_headers(const node& block, upstream_options& into) {
    const auto headers = block.find("headers");
    if (!headers.present())
        return;
    for (const auto& [name, value] : headers.members()) {
        const auto text = value.text();
        const auto same = [&](const http_field& other) { return lower(other.name) == lower(name); };
        if (!is_token(name))
            value.fail(value.where() + ": not a header field's name");
        else if (std::find(std::begin(reserved_fields), std::end(reserved_fields), lower(name)) !=
                 std::end(reserved_fields))
            value.fail(value.where() + ": the gateway sets this header field itself");
        else if (std::any_of(into.extra_fields.begin(), into.extra_fields.end(), same))
            value.fail(value.where() + ": this header field is here a second time");
        else if (value.is_scalar() && !is_field_value(text))
            value.fail(value.where() + ": a header field's value is printable ASCII without spaces around it");
        into.extra_fields.push_back({name, text});
    }
}

upstream_options read_upstream(const node& block, const vendor_entry& vendor) {
    upstream_options out;
    read_base_url(block, vendor, out.url);
    read_ca_file(block, out);
    out.connect_timeout = block.interval_or("connect_timeout", out.connect_timeout, 10ms, 5min);
    out.attempt_timeout = block.interval_or("attempt_timeout", out.attempt_timeout, 10ms, 1h);
    out.max_connections = static_cast<std::size_t>(
        block.integer_or("max_connections", static_cast<std::int64_t>(out.max_connections), 1, 10'000));
    out.idle_timeout = block.interval_or("idle_timeout", out.idle_timeout, 0ms, 1h);
    out.max_body = block.size_or("max_body", out.max_body, 64 * kib, 1024 * mib);
    read_headers(block, out);
    if (const auto agent = block.find("user_agent"); agent.present()) {
        out.user_agent = agent.text();
        if (agent.is_scalar() && !is_field_value(out.user_agent))
            agent.fail(agent.where() + ": expected printable ASCII");
    }
    return out;
}

std::vector<std::string_view> names_of(vendor_list known) {
    std::vector<std::string_view> out;
    for (const auto* each : known)
        out.push_back(each->name);
    return out;
}

/// Nothing where there is no such vendor, since then nothing says what the block may hold.
std::optional<provider_configuration> read_provider(const std::string& name, const node& block, vendor_list known) {
    if (!config::is_plain_name(name))
        block.fail(block.where() + ": a provider's name is of a-z, 0-9, `.`, `_` and `-`, up to 63 long");
    const auto word = block.at("vendor");
    const auto* vendor = find_vendor(known, word.text());
    if (!vendor) {
        if (word.is_scalar())
            word.fail(word.where() + ": no such vendor" + config::suggestion(word.text(), names_of(known)));
        if (block.is_mapping())
            block.members(); // marks them as read
        return {};
    }
    return provider_configuration{name, vendor, read_upstream(block, *vendor), vendor->read_options(block)};
}

} // namespace

std::variant<configuration, std::vector<config::fault>> load_configuration(const std::filesystem::path& file,
                                                                           vendor_list known) {
    const auto document = config::document::load(file);
    const auto root = document.root();
    configuration out;
    std::vector<config::fault> dictionary_faults;
    const auto vendors = names_of(known);
    out.settings = config::read_settings(root, dictionary_faults, vendors);
    const auto providers = root.at("providers");
    const auto blocks = providers.members();
    if (providers.is_mapping() && blocks.empty())
        providers.fail("providers: expected at least one");
    for (const auto& [name, block] : blocks)
        if (auto read = read_provider(name, block, known))
            out.providers.push_back(std::move(*read));

    auto faults = document.finish();
    faults.insert(faults.end(), dictionary_faults.begin(), dictionary_faults.end());
    if (!faults.empty())
        return faults;
    return out;
}

} // namespace evalbridge
