#include "upstream/options.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace evalbridge {
namespace {

error refused(const char* why) { return error(errc::invalid_request).because(why); }

constexpr std::uint16_t usual_port(bool tls) { return tls ? 443 : 80; }

/// What can stand in a Host field, a TLS server name and a log line without a second meaning: letters, digits, hyphens,
/// underscores and dots. The final dot of an absolute name is refused, since no certificate carries it.
bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.back() == '.' ||
        host.find("..") != std::string_view::npos)
        return false;
    return host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") ==
           std::string_view::npos;
}

} // namespace

std::string base_url::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != usual_port(tls))
        text += ":" + std::to_string(port);
    return text;
}

result<base_url> parse_base_url(std::string_view text) {
    namespace urls = boost::urls;
    const auto parsed = urls::parse_uri(urls::string_view(text.data(), text.size()));
    if (!parsed)
        return refused("not an absolute URL, such as https://api.example");
    const urls::url_view& url = *parsed;

    base_url base;
    if (url.scheme_id() == urls::scheme::http)
        base.tls = false;
    else if (url.scheme_id() != urls::scheme::https)
        return refused("the scheme is neither https nor http");
    if (!url.has_authority())
        return refused("there is no host");
    if (url.has_userinfo())
        return refused("credentials don't belong in the URL");
    if (url.has_query() || url.has_fragment())
        return refused("a query or fragment doesn't belong in a base URL");

    const auto address = url.host_address(); // without brackets, decoded
    base.host.assign(address.data(), address.size());
    const auto kind = url.host_type();
    if (kind == urls::host_type::ipvfuture || (kind == urls::host_type::name && !is_host_name(base.host)))
        return refused("the host is neither a name nor an address");
    if (base.host.find('%') != std::string::npos)
        return refused("an address with a zone is not supported");

    base.port = usual_port(base.tls);
    if (url.has_port() && !url.port().empty()) {
        base.port = url.port_number();
        if (base.port == 0)
            return refused("the port is not between 1 and 65535");
    }
    // Boost.URL 1.81 ends the host of `http://127.0.0.1.evil.example` after the address and calls the rest a path.
    const auto path = url.encoded_path();
    if (!path.empty() && path.front() != '/')
        return refused("a host name that begins with an IPv4 address is not supported");
    base.path.assign(path.data(), path.size());
    while (base.path.ends_with('/'))
        base.path.pop_back();
    return base;
}

} // namespace evalbridge
