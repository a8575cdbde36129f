#include "store/postgres_session.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <future>
#include <string_view>
#include <thread>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds for_a_setting = 1s;
constexpr std::chrono::seconds without_a_timeout = 30s; // a URI that lets libpq wait for ever

// Where the URI sets none: a host that went silent is noticed, and texts are UTF-8 whatever the environment says.
std::string with_defaults(std::string uri) {
    constexpr std::pair<std::string_view, std::string_view> defaults[] = {
        {"connect_timeout", "3"},    {"tcp_user_timeout", "5000"},       {"keepalives_idle", "5"},
        {"client_encoding", "UTF8"}, {"application_name", "evalbridge"},
    };
    for (const auto& [name, value] : defaults)
        if (uri.find(std::string(name) + "=") == std::string::npos)
            uri.append(uri.find('?') == std::string::npos ? "?" : "&").append(name).append("=").append(value);
    return uri;
}

// https://www.postgresql.org/docs/15/libpq-connect.html: connect_timeout holds for each host, and is at least 2 s.
std::chrono::seconds longest_opening(const std::string& uri) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(uri.c_str(), nullptr),
                                                                              &PQconninfoFree);
    std::ptrdiff_t hosts = 1;
    int each = 0;
    for (const auto* option = parsed.get(); option != nullptr && option->keyword != nullptr; ++option) {
        const std::string_view name = option->keyword;
        const std::string_view value = option->val != nullptr ? option->val : "";
        if (name == "host" || name == "hostaddr")
            hosts = std::max(hosts, 1 + std::ranges::count(value, ','));
        else if (name == "connect_timeout")
            std::from_chars(value.data(), value.data() + value.size(), each);
    }
    const auto for_one = each > 0 ? std::chrono::seconds(std::max(each, 2)) : without_a_timeout;
    return hosts * for_one + for_a_setting;
}

} // namespace

std::unique_ptr<soci::session> open_postgresql_session(const std::string& uri) {
    const auto full = with_defaults(uri);
    std::packaged_task<std::unique_ptr<soci::session>()> opening(
        [full] { return std::make_unique<soci::session>(soci::postgresql, full); });
    auto opened = opening.get_future();
    std::thread opener(std::move(opening));
    if (opened.wait_for(longest_opening(full)) == std::future_status::ready) {
        opener.join();
        return opened.get();
    }
    opener.detach();
    throw soci::postgresql_soci_error("The server took the connection and then said nothing.", "08001");
}

} // namespace evalbridge
