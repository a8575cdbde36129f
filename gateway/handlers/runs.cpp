// Starting a run, looking at it, and calling it off.

#include "base/percent.hpp"
#include "gateway/handlers/run_wait.hpp"
#include "mapping/run_spec.hpp"
#include "mapping/write.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

std::string to_json(const run& r) {
    std::string body;
    json_writer out(body);
    write(out, r);
    return body;
}

std::string to_json(const std::vector<run>& runs) {
    std::string body;
    json_writer out(body);
    out.begin_object().key("runs").begin_array();
    for (const auto& each : runs)
        write(out, each);
    out.end_array().end_object();
    return body;
}

std::string location_of(const run& r) { return "/v1/runs/" + encode_path_segment(r.id); }

reply created_reply(const std::vector<run>& runs) {
    return json_reply(201, to_json(runs)).with("Location", location_of(runs.front()));
}

reply replayed(const kept_answer& kept) {
    const bool is_problem = kept.content_type != "application/json";
    reply answer(kept.status, is_problem ? "application/problem+json" : "application/json", kept.body);
    if (!kept.location.empty())
        answer.fields.emplace_back("Location", kept.location);
    answer.fields.emplace_back("Idempotency-Replayed", "true");
    return answer;
}

kept_answer kept(const reply& answer) {
    kept_answer out{answer.status, std::string(answer.content_type), answer.body, {}};
    for (const auto& [name, value] : answer.fields)
        if (name == "Location")
            out.location = value;
    return out;
}

// Holds an Idempotency-Key while its request is in flight. Whatever way the request ends, the key isn't left in flight:
// where nothing else was said, a run may have been started, and the key keeps saying so.
class held_key final {
  public:
    held_key(idempotency_memory& memory, const request_context& request)
        : memory_(memory), request_(request), key_(request.field("idempotency-key")),
          given_(std::ranges::any_of(request.fields, [](const auto& f) { return f.first == "idempotency-key"; })) {}
    held_key(const held_key&) = delete;
    held_key& operator=(const held_key&) = delete;
    ~held_key() {
        if (!held_)
            return;
        const auto unknown = error(errc::internal)
                                 .because("It is not known whether the run was started. Look at the provider before "
                                          "starting another.")
                                 .retryable(false);
        memory_.finish(request_.client, key_, kept(problem(unknown, request_.path, request_.request_id)));
    }

    /// An answer given before, if there is one.
    result<std::optional<kept_answer>> begin() {
        if (!given_)
            return std::optional<kept_answer>();
        auto before = memory_.begin(request_.client, key_, request_.body);
        held_ = before && !*before;
        return before;
    }
    void finish(const reply& answer) {
        if (std::exchange(held_, false))
            memory_.finish(request_.client, key_, kept(answer));
    }
    void forget() {
        if (std::exchange(held_, false))
            memory_.forget(request_.client, key_);
    }

  private:
    idempotency_memory& memory_;
    const request_context& request_;
    std::string key_;
    bool given_; ///< an empty one is refused, not taken for none
    bool held_ = false;
};

result<run_spec> read_spec(const request_context& request) {
    auto json = parse_client_json(request.body);
    if (!json)
        return std::move(json).error();
    return read_run_spec(*json);
}

awaitable<result<reply>> create(services& s, const request_context& request) {
    const auto spec = read_spec(request);
    if (!spec)
        co_return spec.error();
    auto* const from = s.providers.find(spec->provider);
    if (!from)
        co_return error(errc::invalid_request)
            .because("The run spec names a provider that is not configured.")
            .fault("/provider", "is not a configured provider; GET /v1/providers lists them");
    if (const auto possible = from->check(*spec); !possible)
        co_return possible.error();

    held_key key(s.idempotency, request);
    const auto before = key.begin();
    if (!before)
        co_return before.error();
    if (*before)
        co_return replayed(**before);

    auto c = call_for(request, "create_runs");
    c.may_replay = replay::only_if_unsent;
    auto started = co_await from->create_runs(*spec, c);
    if (!started) {
        auto answer = problem(started.error(), request.path, request.request_id);
        if (started.error().request_sent())
            key.finish(answer);
        else
            key.forget();
        co_return answer;
    }
    for (auto& each : *started) {
        s.memory.created(each, spec->labels);
        s.memory.observe(each);
    }
    auto answer = created_reply(*started);
    key.finish(answer);
    co_return answer;
}

result<bool> read_detach(const request_context& request) {
    bool detach = false;
    for (const auto& parameter : request.query) {
        if (parameter.value != "true" && parameter.value != "false")
            return error(errc::invalid_request)
                .because("A query parameter is not valid.")
                .fault("detach", "must be true or false", "query");
        detach = parameter.value == "true";
    }
    return detach;
}

awaitable<result<reply>> cancel(services& s, const request_context& request) {
    const auto detach = read_detach(request);
    if (!detach)
        co_return detach.error();
    const auto target = find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto asked = s.time.now();
    if (*detach) {
        // We stop watching; the provider isn't asked to stop. The run is read, so that an unknown one is a 404.
        auto c = call_for(request, "get_run");
        c.run_has_ended = s.memory.is_terminal(target->id);
        const read_options plain;
        auto found = co_await target->from->get_run(target->native_id, plain, c);
        if (!found)
            co_return found.error();
        s.memory.observe(*found);
        s.watches.observed(*found, asked);
        found->mapping.push_back(
            {note_kind::derived, "status", "no longer watched here; the provider was not asked to stop"});
        co_return json_reply(202, to_json(*found));
    }
    const auto c = call_for(request, "cancel_run");
    auto cancelled = co_await target->from->cancel_run(target->native_id, c);
    if (!cancelled)
        co_return cancelled.error();
    s.memory.cancel_requested(cancelled->id);
    s.memory.observe(*cancelled);
    s.watches.observed(*cancelled, asked);
    s.watches.look_now(cancelled->id);
    co_return json_reply(202, to_json(*cancelled));
}

} // namespace

void add_run_routes(router& routes, services& s) {
    route_options creating;
    creating.takes_body = true;
    routes.add(verb::post, "/v1/runs", creating, [&s](const request_context& r) { return create(s, r); });
    route_options showing;
    showing.query = {"include", "wait"};
    showing.waits_if_query = "wait";
    routes.add(verb::get, "/v1/runs/{id}", showing, [&s](const request_context& r) { return show_run(s, r); });
    route_options cancelling;
    cancelling.query = {"detach"};
    routes.add(verb::post, "/v1/runs/{id}/cancel", cancelling, [&s](const request_context& r) { return cancel(s, r); });
}

} // namespace evalbridge
