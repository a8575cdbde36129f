#include "cli/client.hpp"

#include "base/retry_after.hpp"
#include "upstream/transport/transport.hpp"

#include <algorithm>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 2s; ///< for the gateway's own word that the time is up to come before ours

/// The transport's log lines aren't for people at a terminal.
class silent_log final : public logger {
  public:
    bool enabled(log_level) const override { return false; }
    void write(log_level, std::string_view, std::initializer_list<log_field>) override {}
};

upstream_options transport_options(const client_options& options, base_url url) {
    upstream_options out;
    out.url = std::move(url);
    out.connect_timeout = std::min<std::chrono::milliseconds>(out.connect_timeout, options.timeout);
    out.attempt_timeout = options.timeout + grace;
    out.max_connections = 1;
    return out;
}

boost::asio::awaitable<bool> sleep(clock& time, time_point until) {
    co_await time.sleep_until(until);
    co_return true;
}

} // namespace

client::client(const client_options& options, base_url url)
    : options_(options), log_(std::make_unique<silent_log>()), sweeper_(loop_.context().get_executor()) {
    const auto executor = loop_.context().get_executor();
    const auto how = transport_options(options, std::move(url));
    const auto names = make_resolver();
    transport_ = make_transport(executor, how, sweeper_, names, *log_);
    streams_ = std::make_shared<open_streams>(executor, how, sweeper_, names, clock_,
                                              stream_patience{options.timeout + grace, options.silence});
}

client::~client() = default;

answer client::get(const std::string& target) {
    http_request request;
    request.target = target;
    return send(std::move(request), replay::replayable);
}

answer client::post(const std::string& target, const std::string& json, const request_fields& fields) {
    http_request request;
    request.method = http_method::post;
    request.target = target;
    request.body = json;
    request.fields.push_back({"Content-Type", "application/json"});
    for (const auto& [name, value] : fields)
        request.fields.push_back({name, value});
    return send(std::move(request), replay::only_if_unsent);
}

answer client::send(http_request request, replay may_replay) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(options_.timeout).count();
    request.fields.push_back({"Accept", "application/json"});
    request.fields.push_back({"Request-Timeout", std::to_string(seconds)});
    authorize(request);
    call c;
    c.deadline = clock_.now() + options_.timeout + grace;
    c.may_replay = may_replay;
    c.operation = "cli";
    const auto got = loop_.run(transport_->send(request, c));
    if (got)
        return *got ? answer_of(**got) : answer_of(got->error());
    answer out;
    out.interrupted = true;
    out.failure = "interrupted";
    return out;
}

void client::authorize(http_request& request) const {
    if (!options_.api_key.empty())
        request.fields.push_back({"Authorization", "Bearer " + options_.api_key.reveal()});
}

bool client::pause(duration how_long) { return loop_.run(sleep(clock_, clock_.now() + how_long)).has_value(); }

void client::open(std::size_t stream, const std::string& target, const request_fields& fields) {
    http_request request;
    request.target = target;
    request.fields = {{"Accept-Encoding", "identity"}};
    const auto names_type = [](const auto& field) { return is_same_field_name(field.first, "Accept"); };
    if (std::ranges::none_of(fields, names_type))
        request.fields.push_back({"Accept", "text/event-stream"});
    for (const auto& [name, value] : fields)
        request.fields.push_back({name, value});
    authorize(request);
    streams_->open(stream, std::move(request));
}

void client::leave(std::size_t stream) { streams_->leave(stream); }

arrival client::next(time_point until) {
    if (auto came = loop_.run(streams_->next(until)))
        return std::move(*came);
    arrival out;
    out.what = arrival::kind::interrupted;
    return out;
}

} // namespace evalbridge::cli
