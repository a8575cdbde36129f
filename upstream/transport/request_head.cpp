#include "upstream/transport/request_head.hpp"

#include "base/http_grammar.hpp"

#include <algorithm>
#include <stdexcept>

namespace evalbridge {
namespace {

// These say where a message ends and where it goes: the transport alone writes them.
constexpr std::string_view own_fields[] = {"Host",    "Content-Length", "Transfer-Encoding", "Connection",
                                           "Trailer", "Expect",         "Upgrade",           "TE"};

bool is_field_value(std::string_view value) {
    return std::ranges::none_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

bool is_sendable(const http_field& field) {
    return is_http_token(field.name) && is_field_value(field.value) &&
           std::ranges::none_of(own_fields, [&](auto own) { return is_same_field_name(own, field.name); });
}

bool has_field(const http_request& request, std::string_view name) {
    return std::ranges::any_of(request.fields, [&](const auto& each) { return is_same_field_name(each.name, name); });
}

void append_field(std::string& to, std::string_view name, std::string_view value) {
    to.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

request_writer::request_writer(const upstream_options& options) : base_path_(options.url.path) {
    append_field(host_line_, "Host", options.url.authority());
    std::vector<http_field> fields = {
        {"User-Agent", options.user_agent.empty() ? "evalbridge/" EVALBRIDGE_VERSION : options.user_agent},
        {"Accept", "application/json"},
        {"Accept-Encoding", "gzip"},
    };
    for (const auto& extra : options.extra_fields) {
        std::erase_if(fields, [&](const auto& each) { return is_same_field_name(each.name, extra.name); });
        fields.push_back(extra);
    }
    for (const auto& each : fields) {
        if (!is_sendable(each))
            throw std::invalid_argument("the header field \"" + each.name + "\" can't be sent to a provider");
        line text{each.name, {}};
        append_field(text.text, each.name, each.value);
        usual_.push_back(std::move(text));
    }
}

result<std::string> request_writer::head(const http_request& request) const {
    if (!request.target.starts_with('/') || !is_uri_text(request.target))
        return error(errc::internal).because("a request target that can't be sent");
    if (!std::ranges::all_of(request.fields, is_sendable))
        return error(errc::internal).because("a request field that can't be sent");

    std::string text;
    text.reserve(512 + base_path_.size() + request.target.size());
    text.append(name_of(request.method)).append(" ").append(base_path_).append(request.target).append(" HTTP/1.1\r\n");
    text.append(host_line_);
    for (const auto& each : usual_)
        if (!has_field(request, each.name))
            text.append(each.text);
    for (const auto& each : request.fields)
        append_field(text, each.name, each.value);
    const bool expects_body = request.method == http_method::post || request.method == http_method::put;
    if (expects_body || !request.body.empty())
        append_field(text, "Content-Length", std::to_string(request.body.size()));
    text.append("\r\n");
    return text;
}

} // namespace evalbridge
