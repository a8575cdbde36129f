#include "gateway/http/reply.hpp"
#include "mapping/json_writer.hpp"

#include <algorithm>
#include <chrono>

namespace evalbridge {
namespace {

struct title_row {
    errc code;
    std::string_view title;
};

constexpr title_row titles[] = {
    {errc::invalid_request, "The request is not valid"},
    {errc::payload_too_large, "The request body is too large"},
    {errc::not_found, "There is no such thing"},
    {errc::method_not_allowed, "The route does not take this method"},
    {errc::conflict, "The request conflicts with the current state"},
    {errc::unsupported, "This cannot be done"},
    {errc::unauthenticated, "A valid API key is needed"},
    {errc::forbidden, "The API key does not allow this"},
    {errc::rate_limited, "Too many requests"},
    {errc::internal, "The gateway failed"},
    {errc::overloaded, "The gateway is overloaded"},
    {errc::store_unavailable, "The gateway's store cannot be used"},
    {errc::indeterminate, "It is not known whether the run was started"},
    {errc::provider_rejected, "The provider refused the gateway's request"},
    {errc::provider_malformed, "The provider's answer could not be understood"},
    {errc::provider_throttled, "The provider's rate limit is used up"},
    {errc::provider_unavailable, "The provider cannot be reached"},
    {errc::deadline_exceeded, "The deadline passed before there was an answer"},
};

std::string_view title_of(errc code) {
    const auto row = std::ranges::find(titles, code, &title_row::code);
    return row == std::end(titles) ? titles[9].title : row->title; // unreachable: a test asserts that all are there
}

void write_faults(json_writer& out, const std::vector<input_fault>& faults) {
    out.key("errors").begin_array();
    for (const auto& each : faults) {
        out.begin_object();
        out.key("pointer").string(each.pointer);
        out.key("detail").string(each.detail);
        out.key("in").string(each.in);
        out.end_object();
    }
    out.end_array();
}

void write_provider(json_writer& out, const provider_answer& answer) {
    out.key("provider").begin_object();
    out.key("name").string(answer.name);
    out.key("status").integer_or_null(answer.status);
    out.key("code").string_or_null(answer.code);
    out.key("message").string_or_null(answer.message);
    out.key("request_id").string_or_null(answer.request_id);
    out.end_object();
}

/// Whose document is wrong is said where an adapter's reader only says how.
std::string detail_of(const error& e) {
    if (e.detail().empty())
        return std::string(title_of(e.code()));
    if (e.code() == errc::provider_malformed)
        return "The provider's answer can't be used: " + e.detail();
    return e.detail();
}

reply document(int status, const error& e, std::string_view instance, std::string_view request_id) {
    std::string type("urn:evalbridge:problem:");
    type += name_of(e.code());
    std::string body;
    body.reserve(512);
    json_writer out(body);
    out.begin_object();
    out.key("type").string(type);
    out.key("title").string(title_of(e.code()));
    out.key("status").integer(status);
    out.key("detail").string(detail_of(e));
    out.key("instance").string(instance);
    out.key("code").string(name_of(e.code()));
    out.key("source").string(name_of(e.source()));
    out.key("retryable").boolean(e.retryable());
    out.key("request_id").string(request_id);
    if (!e.faults().empty())
        write_faults(out, e.faults());
    if (e.provider())
        write_provider(out, *e.provider());
    out.end_object();

    reply answer(status, "application/problem+json", std::move(body));
    answer.error_code = name_of(e.code());
    if (e.retry_after() && e.retryable()) { // without the second, clients would repeat what must not be repeated
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(*e.retry_after()).count();
        answer.fields.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1)));
    }
    if (status == 401)
        answer.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"evalbridge\"");
    return answer;
}

} // namespace

reply problem(const error& e, std::string_view instance, std::string_view request_id) {
    return document(http_status(e.code()), e, instance, request_id);
}

reply refusal(int status, std::string_view detail, std::string_view instance, std::string_view request_id) {
    const errc code = status == 413   ? errc::payload_too_large
                      : status == 408 ? errc::deadline_exceeded
                                      : errc::invalid_request;
    const auto e = error(code, error_source::client).because(std::string(detail));
    return document(status, e, instance, request_id);
}

} // namespace evalbridge
