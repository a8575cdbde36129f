#include "upstream/transport/response_head.hpp"

#include "base/http_grammar.hpp"

namespace evalbridge {
namespace {

constexpr std::string_view protocol = "HTTP/1.";

/// Calls `use` for each element of a comma-separated list.
template <class Use> void for_each_element(std::string_view list, Use use) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (const auto element = trim_whitespace(list.substr(0, comma)); !element.empty())
            use(element);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
}

answer_fields split_fields(std::string_view lines) {
    constexpr std::size_t usual = 16;
    answer_fields fields;
    fields.reserve(usual, lines.size());
    for (;;) {
        const auto end = lines.find("\r\n");
        field_line field;
        if (end == std::string_view::npos || end == 0 || split_field_line(lines.substr(0, end), field))
            return fields;
        fields.add(field.name, field.value);
        lines.remove_prefix(end + 2);
    }
}

bool keeps_alive(bool http_1_1, const answer_fields& fields) {
    bool close = false;
    bool keep_alive = false;
    for (const auto each : fields) {
        if (!is_same_field_name(each.name, "Connection"))
            continue;
        for_each_element(each.value, [&](std::string_view option) {
            close = close || is_same_field_name(option, "close");
            keep_alive = keep_alive || is_same_field_name(option, "keep-alive");
        });
    }
    return !close && (http_1_1 || keep_alive);
}

content_coding coding_of(const answer_fields& fields) {
    int codings = 0;
    bool gzip = false;
    for (const auto each : fields) {
        if (!is_same_field_name(each.name, "Content-Encoding"))
            continue;
        for_each_element(each.value, [&](std::string_view name) {
            if (is_same_field_name(name, "identity"))
                return;
            ++codings;
            gzip = is_same_field_name(name, "gzip") || is_same_field_name(name, "x-gzip");
        });
    }
    if (codings == 0)
        return content_coding::identity;
    return codings == 1 && gzip ? content_coding::gzip : content_coding::unsupported;
}

} // namespace

std::optional<std::string_view> read_response_head(std::string_view block, const head_limits& limits,
                                                   response_head& head) {
    body_framing framing;
    if (const auto fault = check_response_head(block, limits, framing, head.status))
        return fault->reason;
    // Every line is `name: value` CRLF from here on, and the version is 1.x.
    const bool http_1_1 = !block.starts_with("HTTP/1.0");
    head.fields = split_fields(block.substr(block.find("\r\n") + 2));
    head.keep_alive = keeps_alive(http_1_1, head.fields);
    head.coding = coding_of(head.fields);
    head.length = framing.content_length.value_or(0);

    const bool never_has_body = head.status < 200 || head.status == 204 || head.status == 304;
    if (never_has_body) {
        head.end = body_end::none;
        // A vendor that announces a body all the same may send it, and a little later it would pass for an answer.
        if (framing.chunked || head.length > 0)
            head.keep_alive = false;
    } else if (framing.chunked) {
        head.end = body_end::chunked;
    } else if (framing.content_length) {
        head.end = body_end::length;
    } else {
        head.end = body_end::eof;
        head.keep_alive = false;
    }
    return std::nullopt;
}

std::optional<std::string_view> fault_in_partial_head(std::string_view bytes, std::size_t from) {
    if (!protocol.starts_with(bytes.substr(0, protocol.size())))
        return "it is not HTTP/1.1 or HTTP/1.0";
    if (const auto fault = check_incomplete_head(bytes, from))
        return fault->reason;
    return std::nullopt;
}

} // namespace evalbridge
