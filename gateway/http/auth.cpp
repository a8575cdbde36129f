#include "gateway/http/auth.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>
#include <utility>

namespace evalbridge {
namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::size_t longest_key = 1024; // hashing what no key of ours can be is work for nothing

error refused(std::string why) { return error(errc::unauthenticated).because(std::move(why)); }

bool is_key_text(std::string_view text) {
    return !text.empty() && text.size() <= longest_key &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace

authenticator::authenticator(std::vector<api_key> keys) : keys_(std::move(keys)) {}

result<std::string> authenticator::identify(std::string_view authorization, std::string_view x_api_key) const {
    if (keys_.empty())
        return std::string("anonymous");
    if (authorization.empty() && x_api_key.empty())
        return refused("no API key was sent: send it as `Authorization: Bearer KEY` or as `X-API-Key: KEY`");
    std::string_view sent = x_api_key;
    if (!authorization.empty()) {
        if (!equal_folded(authorization.substr(0, scheme.size()), scheme))
            return refused("the Authorization field is not `Bearer KEY`");
        sent = authorization.substr(scheme.size());
        sent.remove_prefix(std::min(sent.find_first_not_of(' '), sent.size()));
        if (!x_api_key.empty() && x_api_key != sent)
            return refused("Authorization and X-API-Key hold different keys");
    }
    if (!is_key_text(sent))
        return refused("the API key is malformed");
    const auto digest = sha256(sent);
    const api_key* match = nullptr;
    for (const auto& each : keys_) // all of them, so that the time tells nothing of which one it was
        if (equal_in_constant_time(each.digest, digest))
            match = &each;
    if (!match)
        return refused("the API key is not known here");
    return match->name;
}

} // namespace evalbridge
