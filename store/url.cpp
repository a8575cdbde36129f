#include "store/url.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge {
namespace {

using namespace std::string_view_literals;

error not_a_store(std::string why) { return error(errc::invalid_request).because(std::move(why)); }

// What lies between the scheme and the parameters.
struct parts {
    std::string_view user; ///< with the password
    std::string_view hosts;
    std::string_view database; ///< with its slash
};

parts parts_of(std::string_view rest) {
    rest = rest.substr(0, rest.find_first_of("?#"));
    parts out;
    // A password may hold a slash that nobody encoded, so the last @ decides.
    if (const auto at = rest.rfind('@'); at != rest.npos) {
        out.user = rest.substr(0, at);
        rest.remove_prefix(at + 1);
    }
    const auto slash = std::min(rest.find('/'), rest.size());
    out.hosts = rest.substr(0, slash);
    out.database = rest.substr(slash);
    return out;
}

bool is_port(std::string_view text) {
    int port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    return fault == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// Whether each of HOST, HOST:PORT or [V6]:PORT, with commas between, has a port or nothing after its colon.
bool ports_are_numbers(std::string_view hosts) {
    while (!hosts.empty()) {
        const auto end = std::min(hosts.find(','), hosts.size());
        auto one = hosts.substr(0, end);
        hosts.remove_prefix(std::min(end + 1, hosts.size()));
        if (one.starts_with('['))
            one.remove_prefix(std::min(one.find(']'), one.size()));
        const auto colon = one.find(':');
        if (colon != one.npos && colon + 1 < one.size() && !is_port(one.substr(colon + 1)))
            return false;
    }
    return true;
}

bool is_hexadecimal(char c) { return "0123456789abcdefABCDEF"sv.find(c) != std::string_view::npos; }

// libpq refuses what isn't, and prints it.
bool is_percent_encoded(std::string_view text) {
    for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
        const auto digits = text.substr(at + 1, 2);
        if (digits.size() < 2 || !std::ranges::all_of(digits, is_hexadecimal) || digits == "00")
            return false;
    }
    return true;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

result<store_url> sqlite_file(std::string_view path) {
    if (path.starts_with("///")) // sqlite:///var/lib/x.db, as others write it
        path.remove_prefix(2);
    if (path.empty() || path.starts_with(":memory:"))
        return not_a_store("must name a file after sqlite:, for a run has to outlive the process");
    if (path.starts_with("//") || path.starts_with("file:"))
        return not_a_store("must be sqlite: and the file's path, as in sqlite:/var/lib/evalbridge/evalbridge.db");
    if (std::ranges::any_of(path, [](char c) { return is_control(c) || "\"'\\"sv.find(c) != std::string_view::npos; }))
        return not_a_store("the file's path may not hold quotes, backslashes or control characters");
    store_url out;
    out.target = secret(std::string(path));
    out.shown = "sqlite:" + std::string(path);
    return out;
}

result<store_url> postgresql_server(std::string_view text, std::string_view rest) {
    const auto at = parts_of(rest);
    // libpq would take a part of such a password for the host, and print it.
    const auto last_at = rest.rfind('@');
    const bool splits_early = last_at != rest.npos && rest.find_first_of("?#"sv) < last_at;
    if (at.user.find_first_of("@/[] "sv) != at.user.npos || splits_early)
        return not_a_store("what its URL holds must be percent-encoded: @ is %40, / is %2F, ? is %3F, # is %23");
    if (!ports_are_numbers(at.hosts))
        return not_a_store("a port must be a number from 1 to 65535" +
                           std::string(last_at == rest.npos ? "; a user and a password end with an @" : ""));
    if (!is_percent_encoded(rest))
        return not_a_store("every % of its URL must begin two hexadecimal digits other than 00: % itself is %25");
    if (std::ranges::any_of(text, is_control) || at.hosts.find(' ') != at.hosts.npos)
        return not_a_store("its URL may not hold spaces or control characters");
    store_url out;
    out.engine = store_engine::postgresql;
    out.target = secret(std::string(text));
    out.shown = "postgresql://" + std::string(at.hosts) + std::string(at.database);
    return out;
}

} // namespace

std::string_view name_of(store_engine engine) { return engine == store_engine::sqlite ? "sqlite" : "postgresql"; }

result<store_url> parse_store_url(std::string_view text) {
    constexpr auto file = "sqlite:"sv;
    if (text.starts_with(file))
        return sqlite_file(text.substr(file.size()));
    for (const auto scheme : {"postgresql://"sv, "postgres://"sv})
        if (text.starts_with(scheme))
            return postgresql_server(text, text.substr(scheme.size()));
    return not_a_store("must be sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE");
}

} // namespace evalbridge
