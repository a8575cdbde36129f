#include "gateway/handlers/create_runs.hpp"

#include "base/crypto.hpp"
#include "mapping/run_spec.hpp"
#include "mapping/suite_request.hpp"
#include "runs/create_answer.hpp"
#include "runs/groups.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

constexpr std::size_t longest_key = 255;

bool is_acceptable_key(std::string_view key) {
    return !key.empty() && key.size() <= longest_key &&
           std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
}

result<create_request> read_request(const request_context& request) {
    create_request asked;
    asked.client = request.client;
    asked.body_hash = to_hex(sha256(request.body));
    asked.request_id = request.request_id;
    asked.deadline = request.deadline;
    const auto field = std::ranges::find(request.fields, "idempotency-key", [](const auto& f) { return f.first; });
    if (field == request.fields.end())
        return asked;
    if (!is_acceptable_key(field->second)) // an empty one too: an unset variable isn't taken for no key
        return error(errc::invalid_request)
            .because("The Idempotency-Key header is malformed.")
            .fault("Idempotency-Key", "must be 1 to 255 visible ASCII characters", "header");
    asked.key = field->second;
    return asked;
}

/// What is to be started, found good without anything being kept or sent.
struct planned {
    std::vector<create_record> members;
    std::optional<group_record> group;
};

result<planned> plan_plain(services& s, const create_request& asked, const boost::json::value& body) {
    const auto spec = read_run_spec(body);
    if (!spec)
        return spec.error();
    auto* const from = s.providers.find(spec->provider);
    if (!from)
        return error(errc::invalid_request)
            .because("The run spec names a provider that is not configured.")
            .fault("/provider", "is not a configured provider; GET /v1/providers lists them");
    if (const auto possible = from->check(*spec); !possible)
        return possible.error();
    planned out;
    out.members.push_back(s.creates.record_of_spec(asked, *spec));
    return out;
}

result<planned> plan_suite(services& s, const create_request& asked, const boost::json::value& body) {
    const auto request = read_suite_request(body, s.suites);
    if (!request)
        return request.error();
    auto group = plan_group(s.creates, s.providers, asked, *request);
    if (!group)
        return std::move(group).error();
    return planned{std::move(group->members), std::move(group->group)};
}

result<planned> plan(services& s, const create_request& asked, const std::string& text) {
    const auto body = parse_client_json(text);
    if (!body)
        return body.error();
    return is_suite_request(*body) ? plan_suite(s, asked, *body) : plan_plain(s, asked, *body);
}

reply reply_to(create_outcome outcome, const request_context& request) {
    reply answer;
    if (outcome.answer) {
        answer = json_reply(outcome.answer->status, std::move(outcome.answer->body));
        answer.fields.emplace_back("Location", std::move(outcome.answer->location));
    } else {
        answer = problem(*outcome.failed, request.path, request.request_id);
        if (outcome.unknown)
            answer.fields.emplace_back("Location", location_of_create(outcome.create_id));
    }
    if (!outcome.create_id.empty())
        answer.fields.emplace_back("Create-Id", outcome.create_id);
    if (outcome.replayed)
        answer.fields.emplace_back("Idempotency-Replayed", "true");
    return answer;
}

} // namespace

awaitable<result<reply>> create_runs(services& s, const request_context& request) {
    auto asked = read_request(request);
    if (!asked)
        co_return asked.error();
    auto what = plan(s, *asked, request.body);
    if (!what && asked->key) {
        // What was answered once is answered again, even where the configuration has changed since.
        auto before = co_await s.creates.replay(*asked);
        if (before && *before && (*before)->replayed)
            co_return reply_to(std::move(**before), request);
    }
    if (!what)
        co_return what.error();
    auto outcome = co_await s.creates.create(std::move(*asked), std::move(what->members), std::move(what->group));
    request.waited += outcome.waited;
    co_return reply_to(std::move(outcome), request);
}

} // namespace evalbridge
