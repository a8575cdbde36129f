#include "gateway/http/session_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cstdint>

namespace evalbridge {
namespace {

namespace http = boost::beast::http;

verb to_verb(http::verb method) {
    switch (method) {
    case http::verb::get: return verb::get;
    case http::verb::head: return verb::head;
    case http::verb::post: return verb::post;
    case http::verb::put: return verb::put;
    case http::verb::patch: return verb::patch;
    case http::verb::delete_: return verb::del;
    case http::verb::options: return verb::options;
    default: return verb::other;
    }
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

} // namespace

std::string_view request_head::field(std::string_view lower_case_name) const {
    const auto at =
        std::ranges::find(fields, lower_case_name, [](const auto& f) -> std::string_view { return f.first; });
    return at == fields.end() ? std::string_view() : std::string_view(at->second);
}

std::optional<request_head> parse_request_head(std::string_view block) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(block.size() + 1)); // judged already
    parser.body_limit(boost::none);                                    // the body is read elsewhere
    boost::system::error_code failed;
    parser.put(boost::asio::buffer(block), failed);
    if (failed || !parser.is_header_done())
        return {};
    const auto& message = parser.get();
    request_head out;
    out.method = to_verb(message.method());
    out.target = std::string(message.target());
    out.http_1_0 = message.version() == 10;
    out.keep_alive = message.keep_alive();
    for (const auto& each : message)
        out.fields.emplace_back(lower_case(each.name_string()), std::string(each.value()));
    return out;
}

} // namespace evalbridge
