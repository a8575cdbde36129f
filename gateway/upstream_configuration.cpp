#include "gateway/upstream_configuration.hpp"

#include "config/file.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
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

template <class T> T count_or(const node& block, std::string_view key, T fallback, std::int64_t min, std::int64_t max) {
    return static_cast<T>(block.integer_or(key, static_cast<std::int64_t>(fallback), min, max));
}

retry_options read_retry(const node& block) {
    retry_options out;
    out.attempts = count_or(block, "attempts", out.attempts, 1, 10);
    out.base = block.interval_or("base", out.base, 1ms, 1min);
    out.cap = block.interval_or("cap", std::max(out.cap, out.base), out.base, 5min);
    out.longest_told = block.interval_or("longest_told", out.longest_told, 0ms, 1h);
    out.budget = block.number_or("budget", out.budget, 0, 1);
    out.budget_floor = count_or(block, "budget_floor", out.budget_floor, 0, 1000);
    return out;
}

breaker_options read_breaker(const node& block) {
    breaker_options out;
    out.failures = count_or(block, "failures", out.failures, 1, 1'000'000'000);
    out.open_for = block.interval_or("open_for", out.open_for, 1ms, 1h);
    out.max_open = block.interval_or("max_open", std::max(out.max_open, out.open_for), out.open_for, 24h);
    out.patience = block.interval_or("patience", out.patience, 1ms, 1h);
    return out;
}

rate_options read_rate(const node& block, rate_options out) {
    out.per_minute = count_or(block, "per_minute", out.per_minute, 0, 100'000);
    out.per_hour = count_or(block, "per_hour", out.per_hour, 0, 100'000);
    out.watch_share = block.number_or("watch_share", out.watch_share, 0.01, 1);
    out.archive_share = block.number_or("archive_share", out.archive_share, 0.01, 1);
    out.max_waiting = count_or(block, "max_waiting", out.max_waiting, 0, 100'000);
    return out;
}

cache_options read_cache(const node& block) {
    cache_options out;
    out.size = static_cast<std::size_t>(block.size_or("size", out.size, 0, 64 * 1024 * mib));
    out.ended = block.interval_or("ended", out.ended, 0ms, 24h);
    out.offers = block.interval_or("catalogue", out.offers, 0ms, 24h);
    return out;
}

watch_options read_watch(const node& block) {
    watch_options out;
    out.first_interval = block.interval_or("first_interval", out.first_interval, 1ms, 1h);
    const auto longest = std::max(out.max_interval, out.first_interval);
    out.max_interval = block.interval_or("max_interval", longest, out.first_interval, 24h);
    out.growth = block.number_or("growth", out.growth, 0, 10);
    out.stalled_after = block.number_or("stalled_after", out.stalled_after, 1, 1000);
    out.stalled_least = block.interval_or("stalled_least", out.stalled_least, 1ms, 24h);
    return out;
}

} // namespace

upstream_options read_upstream(const node& block, const vendor_entry& vendor) {
    upstream_options out;
    read_base_url(block, vendor, out.url);
    read_ca_file(block, out);
    out.connect_timeout = block.interval_or("connect_timeout", out.connect_timeout, 10ms, 5min);
    out.attempt_timeout = block.interval_or("attempt_timeout", out.attempt_timeout, 10ms, 1h);
    out.max_connections = count_or(block, "max_connections", out.max_connections, 1, 10'000);
    out.max_queue = count_or(block, "max_queue", out.max_queue, 0, 100'000);
    out.idle_timeout = block.interval_or("idle_timeout", out.idle_timeout, 0ms, 1h);
    out.max_body = block.size_or("max_body", out.max_body, 64 * kib, 1024 * mib);
    read_headers(block, out);
    out.retry = read_retry(block.find("retry"));
    out.breaker = read_breaker(block.find("breaker"));
    out.rate = read_rate(block.find("rate_limit"), vendor.default_rates);
    out.cache = read_cache(block.find("cache"));
    out.watch = read_watch(block.find("watch"));
    if (const auto agent = block.find("user_agent"); agent.present()) {
        out.user_agent = agent.text();
        if (agent.is_scalar() && !is_field_value(out.user_agent))
            agent.fail(agent.where() + ": expected printable ASCII");
    }
    return out;
}

} // namespace evalbridge
