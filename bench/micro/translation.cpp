// From a vendor's answer to ours, and beside it what simdjson alone takes to look at the same bytes.

#include "bench/micro/answers.hpp"
#include "mapping/json_reader.hpp"
#include "mapping/write.hpp"

#include <benchmark/benchmark.h>
#include <simdjson.h>

namespace evalbridge::bench {
namespace {

namespace ondemand = simdjson::ondemand;

// Every value that the text holds is read: strings unescaped, numbers parsed.
std::size_t walk(ondemand::value value) {
    std::size_t size = 0;
    switch (value.type()) {
    case ondemand::json_type::object:
        for (auto field : value.get_object()) {
            size += std::string_view(field.unescaped_key()).size();
            size += walk(field.value());
        }
        return size;
    case ondemand::json_type::array:
        for (auto each : value.get_array())
            size += walk(each.value());
        return size;
    case ondemand::json_type::string: return std::string_view(value.get_string()).size();
    case ondemand::json_type::number: return static_cast<std::size_t>(static_cast<double>(value.get_double()));
    case ondemand::json_type::boolean: return value.get_bool() ? 1 : 0;
    case ondemand::json_type::null: break;
    }
    return size;
}

void walk_page(benchmark::State& state, const std::string& name) {
    const simdjson::padded_string text(answer_named(name));
    ondemand::parser parser;
    for (auto _ : state) {
        auto document = parser.iterate(text);
        benchmark::DoNotOptimize(walk(document.get_value()));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

template <class T> void write_list(std::string& body, const page<T>& found) {
    json_writer out(body);
    out.begin_object().key("data").begin_array();
    for (const auto& each : found.items)
        write(out, each);
    out.end_array().end_object();
}

void count(benchmark::State& state, const std::string& name) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * answer_named(name).size()));
}

/// What is measured of a list.
enum class part { reading, writing, both };

template <class T, class Read> void run_list(benchmark::State& state, part what, const Read& read) {
    auto found = read();
    for (auto _ : state) {
        if (what != part::writing)
            found = read();
        if (!found) {
            state.SkipWithError(found.error().detail().c_str());
            return;
        }
        if (what != part::reading) {
            std::string body;
            write_list<T>(body, *found);
            benchmark::DoNotOptimize(body.data());
        }
    }
}

void staso_page(benchmark::State& state, part what) {
    canned_provider from("staso", "staso_page");
    boost::asio::io_context io(1);
    const auto c = any_call();
    list_window window;
    window.limit = 1000;
    const auto read = [&] {
        return run_task(io, from->list_verdicts(canned_provider::run_id, verdict_filter(), window, read_options(), c));
    };
    run_list<verdict>(state, what, read);
    count(state, "staso_page");
}

void gradient_page(benchmark::State& state, const std::string& name, std::uint32_t prompts, bool spans, part what) {
    canned_provider from("gradient", name);
    boost::asio::io_context io(1);
    const auto c = any_call();
    list_window window;
    window.limit = prompts;
    read_options options;
    options.spans = spans;
    const auto read = [&] {
        return run_task(io, from->list_results(canned_provider::run_id, verdict_filter(), window, options, c));
    };
    run_list<run_result>(state, what, read);
    count(state, name);
}

void poll(benchmark::State& state) {
    canned_provider from("staso", "staso_page");
    boost::asio::io_context io(1);
    const auto c = any_call();
    for (auto _ : state) {
        const auto found = run_task(io, from->get_run(canned_provider::run_id, read_options(), c));
        std::string body;
        json_writer out(body);
        write(out, *found);
        benchmark::DoNotOptimize(body.data());
    }
    count(state, "poll");
}

void index_only(benchmark::State& state, const std::string& name) {
    const auto& text = answer_named(name);
    for (auto _ : state) {
        json_document document(text);
        benchmark::DoNotOptimize(document.failed());
    }
    count(state, name);
}

using benchmark::RegisterBenchmark;

void register_part(const std::string& word, part what) {
    RegisterBenchmark((word + "/staso_page").c_str(), [what](benchmark::State& s) { staso_page(s, what); });
    for (const std::uint32_t prompts : {20u, 200u}) {
        const auto name = "gradient_" + std::to_string(prompts);
        RegisterBenchmark((word + "/" + name).c_str(),
                          [=](benchmark::State& s) { gradient_page(s, name, prompts, false, what); });
        RegisterBenchmark((word + "/" + name + "_spans").c_str(),
                          [=](benchmark::State& s) { gradient_page(s, name, prompts, true, what); });
    }
}

[[maybe_unused]] const bool registered = [] {
    for (const std::string name : {"staso_page", "gradient_20", "gradient_200"}) {
        RegisterBenchmark(("walk/" + name).c_str(), [name](benchmark::State& s) { walk_page(s, name); });
        RegisterBenchmark(("index/" + name).c_str(), [name](benchmark::State& s) { index_only(s, name); });
    }
    RegisterBenchmark("translate/poll", poll);
    register_part("translate", part::both);
    register_part("read", part::reading);
    register_part("write", part::writing);
    return true;
}();

} // namespace
} // namespace evalbridge::bench
