#include "runs/create_cause.hpp"

#include "mapping/json_writer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>

namespace evalbridge {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds look_again_after{2};

std::optional<std::string> text_at(const json::object& in, std::string_view key) {
    const auto* at = in.if_contains(key);
    return at && at->is_string() ? std::optional(std::string(at->get_string())) : std::nullopt;
}

provider_answer read_provider(const json::object& in) {
    provider_answer out;
    out.name = text_at(in, "name").value_or("");
    if (const auto* status = in.if_contains("status"); status && status->is_int64())
        out.status = static_cast<int>(status->get_int64());
    out.code = text_at(in, "code");
    out.message = text_at(in, "message");
    out.request_id = text_at(in, "request_id");
    return out;
}

std::string what_was_lost(const std::optional<kept_cause>& cause) {
    if (!cause)
        return "the gateway ended while it waited for the provider's answer";
    return cause->detail.empty() ? cause->code : cause->detail;
}

} // namespace

std::string write_cause(const error& cause) {
    std::string text;
    json_writer out(text);
    out.begin_object();
    out.key("code").string(name_of(cause.code()));
    out.key("detail").string(cause.detail());
    out.key("retryable").boolean(cause.retryable());
    if (const auto& said = cause.provider()) {
        out.key("provider").begin_object();
        out.key("name").string(said->name);
        out.key("status").integer_or_null(said->status);
        out.key("code").string_or_null(said->code);
        out.key("message").string_or_null(said->message);
        out.key("request_id").string_or_null(said->request_id);
        out.end_object();
    }
    out.end_object();
    return text;
}

std::optional<kept_cause> cause_of(const create_record& create) {
    if (!create.cause)
        return {};
    const auto value = json::parse(*create.cause);
    const auto& in = value.as_object();
    kept_cause out;
    out.code = text_at(in, "code").value_or("");
    out.detail = text_at(in, "detail").value_or("");
    const auto* retryable = in.if_contains("retryable");
    out.retryable = retryable && retryable->is_bool() && retryable->get_bool();
    if (const auto* provider = in.if_contains("provider"); provider && provider->is_object())
        out.provider = read_provider(provider->get_object());
    return out;
}

error lost_create(const create_record& create) {
    const auto cause = cause_of(create);
    const auto lost = what_was_lost(cause);
    const bool open = !create.settled_at;
    std::string detail = "The run may have been started; its answer was lost: " + lost + ". ";
    if (!open)
        detail += "This provider can't be asked for it, so it won't be known. Look at the provider before starting "
                  "another, with a new Idempotency-Key.";
    else if (create.key)
        detail += "It is being looked for at the provider and is never sent twice: the same Idempotency-Key will tell.";
    else
        detail +=
            "It is being looked for at the provider; Location tells what is found. Without an Idempotency-Key the "
            "same request starts another run.";
    auto told = error(errc::indeterminate)
                    .because(std::move(detail))
                    .from_provider(cause && cause->provider ? *cause->provider : provider_answer{})
                    .sent()
                    .retryable(open && create.key.has_value());
    if (open)
        told = std::move(told).retry_after(look_again_after);
    told.set_provider_name(create.provider);
    return told;
}

} // namespace evalbridge
