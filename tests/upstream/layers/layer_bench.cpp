#include "tests/upstream/layers/layer_bench.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace evalbridge::testing {

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<result<http_response>> held_upstream::send(const http_request& request, const call& c) {
    const auto self = std::make_shared<exchange>();
    self->request = request;
    self->how = c;
    exchanges.push_back(self);
    self->ended = true; // if it throws
    if (on_send)
        on_send(request);
    self->ended = false;
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    self->waits = &timer;
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    self->waits = nullptr;
    self->ended = true;
    if (self->answer)
        co_return *self->answer;
    self->called_off = true;
    co_return error(errc::provider_unavailable).because("the connection was closed").sent();
}

void held_upstream::answer(std::size_t number, result<http_response> with) {
    auto& each = *exchanges.at(number);
    ASSERT_NE(each.waits, nullptr) << "exchange " << number << " has ended";
    each.answer = std::move(with);
    each.waits->cancel();
}

std::size_t held_upstream::under_way() const {
    std::size_t out = 0;
    for (const auto& each : exchanges)
        out += each->ended ? 0 : 1;
    return out;
}

std::string outcome::text() const {
    if (thrown)
        return "an exception";
    if (!got)
        return "nothing yet";
    if (*got)
        return std::to_string((*got)->status) + ' ' + std::string((*got)->body.view());
    const auto e = got->error();
    return std::string(name_of(e.code())) + (e.request_sent() ? " sent" : "") +
           (e.refused_here() ? " refused_here" : "");
}

http_request get(std::string target) {
    http_request out;
    out.target = std::move(target);
    return out;
}

http_request post(std::string target) {
    auto out = get(std::move(target));
    out.method = http_method::post;
    return out;
}

http_response answer(int status, std::string body, answer_fields fields) {
    http_response out;
    out.status = status;
    out.body = std::move(body);
    out.fields = std::move(fields);
    return out;
}

layer_bench::layer_bench() = default;

layer_bench::~layer_bench() {
    layer.reset();
    // Whoever still sleeps is let go of, so that no timer outlives the io_context.
    time.advance(10'000h);
}

provider_state& layer_bench::state() {
    if (!state_)
        state_ = std::make_unique<provider_state>("main", options, counts, time);
    return *state_;
}

layer_context layer_bench::context() {
    return {io.get_executor(), time, log, [this] { return luck; }, closing};
}

call layer_bench::named(std::string client) const {
    call c;
    c.request_id = "req-1";
    c.client = std::move(client);
    c.operation = "get_run";
    c.deadline = time.now() + 30s;
    return c;
}

call layer_bench::create() const {
    auto c = named();
    c.operation = "create_runs";
    c.may_replay = replay::only_if_unsent;
    return c;
}

namespace {

asio::awaitable<result<http_response>> send_by_value(upstream& layer, http_request request, call c) {
    co_return co_await layer.send(request, c);
}

} // namespace

outcome_ptr layer_bench::send(http_request request, call c) {
    const auto out = std::make_shared<outcome>();
    auto ended = [out](std::exception_ptr thrown, result<http_response> got) {
        out->thrown = thrown;
        if (!thrown)
            out->got.emplace(std::move(got));
    };
    asio::co_spawn(io, send_by_value(*layer, std::move(request), std::move(c)),
                   asio::bind_cancellation_slot(out->call_off.slot(), std::move(ended)));
    settle();
    return out;
}

void layer_bench::settle() {
    io.restart();
    while (io.poll() > 0) {
    }
}

void layer_bench::pass(duration span) {
    time.advance(span);
    settle();
}

double layer_bench::metric(const std::string& name) {
    const auto text = counts.text();
    const auto line = "\n" + name + "{provider=\"main\"} ";
    const auto at = text.find(line);
    if (at == std::string::npos) {
        ADD_FAILURE() << name << " isn't there";
        return -1;
    }
    return std::stod(text.substr(at + line.size()));
}

void layer_bench::expect_quiet() {
    for (const auto* level : {"evalbridge_upstream_in_flight", "evalbridge_upstream_queued", "evalbridge_rate_waiting"})
        EXPECT_EQ(metric(level), 0) << level;
    EXPECT_EQ(state().retries.active(), 0u);
    EXPECT_EQ(state().retries.retrying(), 0u);
    EXPECT_EQ(state().budget.look(time.now()).waiting, 0u);
}

} // namespace evalbridge::testing
