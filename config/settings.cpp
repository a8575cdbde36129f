#include "config/settings.hpp"

#include "config/words.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>

namespace evalbridge::config {
namespace {

using namespace std::chrono_literals;
namespace ip = boost::asio::ip;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::size_t least_cursor_key = 16; ///< bytes; a shorter key could be guessed from a cursor

constexpr word<log_level> log_levels[] = {
    {"debug", log_level::debug},
    {"info", log_level::info},
    {"warning", log_level::warning},
    {"error", log_level::error},
};

struct endpoint {
    ip::address address;
    std::uint16_t port = 0;
};

/// `127.0.0.1:8080` or `[::1]:8080`.
std::optional<endpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return {};
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    endpoint out;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (digits.empty() || fault != std::errc() || end != digits.data() + digits.size())
        return {};
    boost::system::error_code code;
    out.address = ip::make_address(host, code);
    if (code || out.address.is_v6() != bracketed)
        return {};
    return out;
}

bool is_loopback(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

struct listening {
    bool loopback = true;
    bool understood = true; ///< else nothing more is said about it
};

listening read_listen(const node& listen, server_settings& into) {
    if (!listen.present())
        return {};
    const auto written = listen.text();
    const auto parsed = parse_endpoint(written);
    if (!parsed) {
        if (listen.is_scalar())
            listen.fail(listen.where() +
                        ": expected a numeric address and a port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:0");
        return {false, false};
    }
    into.host = parsed->address.to_string();
    into.port = parsed->port;
    return {is_loopback(parsed->address), true};
}

listening read_server(const node& server, server_settings& into) {
    if (!server.present())
        return {};
    const auto where = read_listen(server.find("listen"), into);
    into.shards = static_cast<unsigned>(server.integer_or("shards", into.shards, 0, 256));
    into.max_body = server.size_or("max_body", into.max_body, kib, 64 * mib);
    const auto count = [&](std::string_view key, std::size_t& number, std::int64_t min) {
        number = static_cast<std::size_t>(server.integer_or(key, static_cast<std::int64_t>(number), min, 1'000'000));
    };
    count("max_connections", into.max_connections, 1);
    count("max_in_flight", into.max_in_flight, 1);
    count("max_queued", into.max_queued, 0);
    count("max_waiting", into.max_waiting, 0);
    count("max_exports", into.max_exports, 0);
    if (const auto spool = server.find("spool"); spool.present())
        into.spool = spool.path().string();
    into.max_spool = server.size_or("max_spool", into.max_spool, mib, std::uint64_t{1} << 40);
    into.max_queue_wait = server.interval_or("max_queue_wait", into.max_queue_wait, 0ms, 1h);
    into.header_timeout = server.interval_or("header_timeout", into.header_timeout, 100ms, 5min);
    into.body_timeout = server.interval_or("body_timeout", into.body_timeout, 100ms, 1h);
    into.idle_timeout = server.interval_or("idle_timeout", into.idle_timeout, 100ms, 24h);
    into.max_deadline = server.interval_or("max_deadline", into.max_deadline, 1s, 1h);
    const auto wished = std::min(into.default_deadline, into.max_deadline);
    into.default_deadline = server.interval_or("default_deadline", wished, 100ms, into.max_deadline);
    into.provider_share = server.number_or("provider_share", into.provider_share, 0.05, 1);
    into.max_wait = server.interval_or("max_wait", into.max_wait, 1s, 1h);
    into.heartbeat = server.interval_or("heartbeat", into.heartbeat, 100ms, 1h);
    into.metrics_need_key = server.boolean_or("metrics_need_key", into.metrics_need_key);
    into.drain_notice = server.interval_or("drain_notice", into.drain_notice, 0ms, 1h);
    into.drain_grace = server.interval_or("drain_grace", into.drain_grace, 0ms, 1h);
    if (const auto key = server.find("cursor_key"); key.present()) {
        into.cursor_key = key.read_secret();
        if (!into.cursor_key.empty() && into.cursor_key.reveal().size() < least_cursor_key)
            key.fail(key.where() + ": shorter than " + std::to_string(least_cursor_key) + " bytes");
    }
    return where;
}

std::optional<sha256_digest> parse_digest(std::string_view hex) {
    sha256_digest out;
    if (hex.size() != out.size() * 2 || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
        return {};
    for (std::size_t i = 0; i < out.size(); ++i)
        std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, out[i], 16);
    return out;
}

std::vector<key_settings> read_keys(const node& keys) {
    std::vector<key_settings> out;
    for (const auto& item : keys.items()) {
        const auto name_node = item.at("name");
        const auto digest_node = item.at("sha256");
        const auto name = name_node.text();
        if (name_node.is_scalar() && !is_plain_name(name))
            name_node.fail(name_node.where() + ": expected a name of a-z, 0-9, `.`, `_` and `-`, up to 63 long");
        const auto digest = parse_digest(digest_node.text());
        if (digest_node.is_scalar() && !digest)
            digest_node.fail(digest_node.where() +
                             ": expected the key's SHA-256 as 64 hexadecimal digits (printf %s KEY | sha256sum)");
        if (digest == sha256("")) // what `printf %s "$unset" | sha256sum` makes
            digest_node.fail(digest_node.where() + ": the digest of an empty key");
        const auto same = [&](const key_settings& other) { return other.name == name; };
        if (!name.empty() && std::any_of(out.begin(), out.end(), same))
            name_node.fail(name_node.where() + ": another key has this name");
        const auto equal = [&](const key_settings& other) { return other.digest == digest; };
        if (digest && std::any_of(out.begin(), out.end(), equal))
            digest_node.fail(digest_node.where() + ": another key has this digest");
        if (digest)
            out.push_back({name, *digest});
    }
    if (keys.is_sequence() && keys.items().empty())
        keys.fail(keys.where() + ": no keys; write `auth: none` for a gateway that anybody may use");
    return out;
}

std::vector<key_settings> read_auth(const node& auth, const listening& listen) {
    if (auth.is_scalar()) {
        if (auth.text() != "none")
            auth.fail(auth.where() + ": expected `none` or a mapping with `keys`");
        else if (listen.understood && !listen.loopback)
            auth.fail("auth: none is refused where server.listen isn't a loopback address: anybody who reaches it "
                      "could start "
                      "runs that cost money; configure keys");
        return {};
    }
    return read_keys(auth.at("keys"));
}

} // namespace

settings read_settings(const node& root, std::vector<fault>& more_faults, std::span<const std::string_view> vendors) {
    settings out;
    const auto listen = read_server(root.find("server"), out.server);
    out.keys = read_auth(root.at("auth"), listen);
    if (const auto log = root.find("log"); log.present()) {
        if (const auto level = log.find("level"); level.present())
            out.least_log = read_word(level, log_levels);
        out.access_log = log.boolean_or("access", out.access_log);
    }
    out.storage = read_storage(root);
    if (const auto metrics = root.find("metrics"); metrics.is_scalar()) {
        const auto dictionary = document::load(metrics.path());
        out.dictionary = read_dictionary(dictionary.root(), vendors);
        auto found = dictionary.finish();
        const bool unread = !dictionary.root().present() && found.size() == 1 && found[0].line == 0;
        if (unread) // point at the line that names it, not at a file that may not exist
            metrics.fail(metrics.where() + ": " + to_string(found[0]));
        else
            more_faults.insert(more_faults.end(), found.begin(), found.end());
    } else if (metrics.present()) {
        metrics.path();
    }
    return out;
}

} // namespace evalbridge::config
