#include "cli/client.hpp"

#include "upstream/transport/transport.hpp"

#include <algorithm>
#include <charconv>

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

answer answer_of(const result<http_response>& got) {
    answer out;
    if (!got) {
        out.failure = got.error().detail().empty() ? std::string(name_of(got.error().code())) : got.error().detail();
        if (got.error().request_sent())
            out.failure += " (the request may have reached it)";
        return out;
    }
    out.status = got->status;
    out.body = got->body;
    out.content_type = got->field("content-type").value_or("");
    if (const auto field = got->field("retry-after"))
        out.retry_after = parse_retry_after(*field);
    return out;
}

boost::asio::awaitable<bool> sleep(clock& time, time_point until) {
    co_await time.sleep_until(until);
    co_return true;
}

} // namespace

client::client(const client_options& options, base_url url)
    : options_(options), log_(std::make_unique<silent_log>()), sweeper_(loop_.context().get_executor()),
      transport_(make_transport(loop_.context().get_executor(), transport_options(options, std::move(url)), sweeper_,
                                make_resolver(), *log_)) {}

client::~client() = default;

answer client::get(const std::string& target) {
    http_request request;
    request.target = target;
    return send(std::move(request), replay::replayable);
}

answer client::post(const std::string& target, const std::string& json,
                    const std::vector<std::pair<std::string, std::string>>& fields) {
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
    if (!options_.api_key.empty())
        request.fields.push_back({"Authorization", "Bearer " + options_.api_key.reveal()});
    call c;
    c.deadline = clock_.now() + options_.timeout + grace;
    c.may_replay = may_replay;
    c.operation = "cli";
    const auto got = loop_.run(transport_->send(request, c));
    if (got)
        return answer_of(*got);
    answer out;
    out.interrupted = true;
    out.failure = "interrupted";
    return out;
}

bool client::pause(duration how_long) { return loop_.run(sleep(clock_, clock_.now() + how_long)).has_value(); }

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view field) {
    // The gateway sends seconds; a date, which a proxy may send, is left to our own pace.
    std::int64_t seconds = 0;
    const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), seconds);
    if (failed != std::errc() || end != field.data() + field.size() || seconds < 0)
        return {};
    return std::chrono::seconds(std::min<std::int64_t>(seconds, 3600));
}

} // namespace evalbridge::cli
