// What a request passes on its way beside translation: heads, keys, access log, the layers around a vendor, the store.

#include "base/http_head.hpp"
#include "bench/micro/answers.hpp"
#include "gateway/http/access_log.hpp"
#include "gateway/http/auth.hpp"
#include "mapping/write.hpp"
#include "store/runs.hpp"
#include "store/store.hpp"
#include "upstream/layers/stack.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

namespace evalbridge::bench {
namespace {

constexpr std::string_view request_head =
    "GET /v1/runs/staso-prod%3A3f0c6b7e-6c2a-4f77-9a39-1c7d2a0b5e10 HTTP/1.1\r\nHost: evals.example.com\r\n"
    "User-Agent: python-requests/2.32.3\r\nAccept-Encoding: gzip, deflate\r\nAccept: application/json\r\n"
    "Connection: keep-alive\r\nX-API-Key: 0123456789abcdef0123456789abcdef0123456789abcdef\r\n\r\n";

constexpr std::string_view response_head =
    "HTTP/1.1 200 OK\r\nDate: Mon, 04 May 2026 08:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: "
    "2044\r\n"
    "Connection: keep-alive\r\nServer: uvicorn\r\nX-Request-Id: 3ab3b039005e043291d64809de2c8b23\r\n"
    "Strict-Transport-Security: max-age=31536000\r\nVary: Accept-Encoding\r\n\r\n";

void check_request(benchmark::State& state) {
    for (auto _ : state) {
        body_framing framing;
        benchmark::DoNotOptimize(check_request_head(request_head, head_limits(), framing));
    }
}
BENCHMARK(check_request);

void check_response(benchmark::State& state) {
    for (auto _ : state) {
        body_framing framing;
        int status = 0;
        benchmark::DoNotOptimize(check_response_head(response_head, head_limits(), framing, status));
    }
}
BENCHMARK(check_response);

void identify_client(benchmark::State& state) {
    const authenticator keys({{"ci", sha256("one key")}, {"bench", sha256("another key")}});
    for (auto _ : state)
        benchmark::DoNotOptimize(keys.identify("", "another key"));
}
BENCHMARK(identify_client);

void format_access_line(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(format_log_line("2026-05-04T08:00:00.120Z", log_level::info, "request",
                                                 {{"request_id", "3ab3b039005e043291d64809de2c8b23"},
                                                  {"client", "bench"},
                                                  {"peer", "127.0.0.1"},
                                                  {"method", "GET"},
                                                  {"route", "/v1/runs/{id}"},
                                                  {"status", 200},
                                                  {"duration_ms", 0.143},
                                                  {"bytes", 3020}}));
}
BENCHMARK(format_access_line);

/// All layers of a provider, with nothing but a canned answer below them.
struct layered {
    layered() {
        notice& draining = closing;
        const layer_context context{io.get_executor(), time, log, make_random_source(), draining};
        std::vector<credential> credentials;
        credentials.push_back({"X-API-Key", secret("a key")});
        http_response answer;
        answer.status = 200;
        answer.body = shared_text(answer_named("poll"));
        std::unordered_map<std::string, http_response> answers{{request.target, answer}};
        stack = make_layers(context, state, std::move(credentials), std::make_unique<canned_upstream>(answers));
    }

    const http_request request{http_method::get, "/v1/eval/runs/1", {{"Accept", "application/json"}}, ""};
    boost::asio::io_context io{1};
    system_clock time;
    silent_logger log;
    notice closing;
    metrics counts;
    provider_state state{"staso", upstream_options(), counts, time};
    upstream_ptr stack;
};

void pass_layers(benchmark::State& state) {
    layered all;
    const auto c = any_call().named("get_run");
    for (auto _ : state) {
        auto answer = run_task(all.io, all.stack->send(all.request, c));
        if (!answer || answer->status != 200)
            state.SkipWithError("no answer");
        benchmark::DoNotOptimize(answer);
    }
}
BENCHMARK(pass_layers);

void pass_layers_from_cache(benchmark::State& state) {
    layered all;
    const auto c = any_call().named("get_run");
    all.stack->keep(all.request, c, *run_task(all.io, all.stack->send(all.request, c)), lasting::for_good);
    for (auto _ : state)
        benchmark::DoNotOptimize(run_task(all.io, all.stack->send(all.request, c)));
}
BENCHMARK(pass_layers_from_cache);

/// What running any coroutine as the others are run costs by itself.
void run_nothing(benchmark::State& state) {
    boost::asio::io_context io(1);
    const auto nothing = []() -> boost::asio::awaitable<int> { co_return 1; };
    for (auto _ : state)
        benchmark::DoNotOptimize(run_task(io, nothing()));
}
BENCHMARK(run_nothing);

/// A database of its own, with one run in it.
struct kept_run {
    kept_run() {
        std::string name = (std::filesystem::temp_directory_path() / "bench-micro-XXXXXX").string();
        if (!mkdtemp(name.data()))
            std::abort();
        folder = name;
        store_options options;
        options.url = parse_store_url("sqlite:" + (folder / "store.db").string()).value();
        kept.emplace(options, time, log, counts);
        kept->open();
        canned_provider from("staso", "staso_page");
        boost::asio::io_context io(1);
        what = *run_task(io, from->get_run(canned_provider::run_id, read_options(), any_call()));
        static_cast<void>(kept->run_here([this](connection& db) { return record_reading(db, what, 1); }));
    }
    ~kept_run() {
        kept->stop();
        std::filesystem::remove_all(folder);
    }

    std::filesystem::path folder;
    system_clock time;
    silent_logger log;
    metrics counts;
    std::optional<store> kept;
    run what;
};

void read_run_of_store(benchmark::State& state) {
    kept_run one;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            one.kept->run_here([&](connection& db) { return find_run_record(db, one.what.id).has_value(); }));
}
BENCHMARK(read_run_of_store);

/// With the way to a thread of the store and back.
void read_run_as_a_shard(benchmark::State& state) {
    kept_run one;
    boost::asio::io_context io(1);
    for (auto _ : state) {
        const auto find = [id = one.what.id](connection& db) { return find_run_record(db, id).has_value(); };
        benchmark::DoNotOptimize(run_task(io, one.kept->read(find)));
    }
}
BENCHMARK(read_run_as_a_shard)->UseRealTime();

void record_new_state(benchmark::State& state) {
    kept_run one;
    long long at = 1;
    for (auto _ : state) {
        one.what.progress = run_progress{++at, std::nullopt};
        benchmark::DoNotOptimize(one.kept->run_here([&](connection& db) { return record_reading(db, one.what, at); }));
    }
}
BENCHMARK(record_new_state)->UseRealTime();

} // namespace
} // namespace evalbridge::bench
