// Every fixture triple of tests/fixtures/staso: what is asked of the provider (and what it must send), what the vendor
// answers, and the unified JSON that comes of it. Adding a case is adding files; with EVALBRIDGE_WRITE_FIXTURES set,
// the third file is written from what came, to be read before it is kept.

#include "mapping/write.hpp"
#include "tests/adapters/staso/staso_bench.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace evalbridge::staso {
namespace {

namespace json = boost::json;

const std::filesystem::path folder = std::filesystem::path(EVALBRIDGE_SOURCE_DIR) / "tests/fixtures/staso";

std::string text_of(const std::string& name, std::string_view part) {
    std::ifstream in(folder / (name + "." + std::string(part) + ".json"), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> case_names() {
    constexpr std::string_view ending = ".request.json";
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder))
        if (const auto name = file.path().filename().string(); name.ends_with(ending))
            names.push_back(name.substr(0, name.size() - ending.size()));
    std::ranges::sort(names);
    return names;
}

std::string text_or(const json::object& in, std::string_view key, std::string fallback) {
    const auto* found = in.if_contains(key);
    return found ? std::string(found->as_string()) : fallback;
}

verdict_filter filter_of(const json::object& asked) {
    verdict_filter filter;
    if (const auto passed = text_or(asked, "passed", ""); !passed.empty())
        filter.passed = passed == "true" ? verdict_filter::passed_is::yes : verdict_filter::passed_is::no;
    if (asked.contains("metric"))
        filter.metric = text_or(asked, "metric", "");
    return filter;
}

template <class T> void put(json_writer& writer, const T& one) { write(writer, one); }

template <class T> void put(json_writer& writer, const std::vector<T>& items) {
    writer.begin_array();
    for (const auto& each : items)
        write(writer, each);
    writer.end_array();
}

template <class T> void put(json_writer& writer, const page<T>& p) {
    writer.begin_object().key("items");
    put(writer, p.items);
    writer.key("total").integer_or_null(p.total).key("has_more").boolean(p.has_more).end_object();
}

template <class T> std::string written(const result<T>& outcome) {
    std::string out;
    json_writer writer(out);
    if (outcome) {
        put(writer, *outcome);
        return out;
    }
    const auto e = outcome.error();
    writer.begin_object().key("error").begin_object().key("code").string(name_of(e.code()));
    writer.key("source").string(name_of(e.source())).key("detail").string(e.detail());
    writer.key("retryable").boolean(e.retryable()).key("sent").boolean(e.request_sent()).key("provider").begin_object();
    if (e.provider()) {
        writer.key("name").string(e.provider()->name).key("message").string_or_null(e.provider()->message);
        writer.key("request_id").string_or_null(e.provider()->request_id);
    }
    writer.end_object().end_object().end_object();
    return out;
}

std::string perform(bench& b, const json::object& asked) {
    const auto operation = text_or(asked, "operation", "");
    const auto id = text_or(asked, "run", "r1");
    const read_options read{asked.contains("raw"), false};
    const auto filter = filter_of(asked);
    auto& p = b.provider();
    if (operation == "create_runs") {
        const auto spec = read_run_spec(asked.at("spec"));
        if (!spec)
            return written(result<run>(spec.error()));
        return written(b.run(p.create_runs(*spec, b.any_call)));
    }
    if (operation == "list_runs")
        return written(b.run(p.list_runs({}, b.any_call)));
    if (operation == "get_run")
        return written(b.run(p.get_run(id, read, b.any_call)));
    if (operation == "cancel_run")
        return written(b.run(p.cancel_run(id, b.any_call)));
    if (operation == "list_verdicts")
        return written(b.run(p.list_verdicts(id, filter, {}, read, b.any_call)));
    if (operation == "list_results")
        return written(b.run(p.list_results(id, filter, {}, read, b.any_call)));
    if (operation == "get_summary")
        return written(b.run(p.get_summary(id, read, b.any_call)));
    if (operation == "list_metrics")
        return written(b.run(p.list_metrics(read, b.any_call)));
    ADD_FAILURE() << "no operation '" << operation << "'";
    return "null";
}

void script(bench& b, const json::array& answers) {
    for (const auto& each : answers) {
        const auto& answer = each.as_object();
        http_response response;
        response.status = static_cast<int>(answer.at("status").as_int64());
        response.fields.add("Content-Type", text_or(answer, "type", "application/json"));
        if (const auto request_id = text_or(answer, "request_id", ""); !request_id.empty())
            response.fields.add("X-Request-Id", request_id);
        response.body = answer.contains("text") ? text_or(answer, "text", "") : json::serialize(answer.at("body"));
        b.wire.push(std::move(response));
    }
}

json::array sent(const bench& b) {
    json::array out;
    for (const auto& request : b.wire.requests) {
        json::object one{{"method", name_of(request.method)}, {"target", request.target}};
        if (!request.body.empty())
            one["body"] = json::parse(request.body);
        out.push_back(std::move(one));
    }
    return out;
}

class StasoGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(StasoGolden, MapsAsTheFixtureSays) {
    const auto asked = json::parse(text_of(GetParam(), "request")).as_object();
    const auto answers = json::parse(text_of(GetParam(), "response")).as_array();
    options how;
    how.list_runs = asked.contains("lists_runs");
    bench b({}, std::move(how));
    script(b, answers);
    const auto unified = perform(b, asked);
    EXPECT_EQ(json::serialize(sent(b)), json::serialize(asked.at("sends")));
    if (std::getenv("EVALBRIDGE_WRITE_FIXTURES"))
        std::ofstream(folder / (GetParam() + ".unified.json")) << unified << "\n";
    const auto expected = text_of(GetParam(), "unified");
    ASSERT_FALSE(expected.empty()) << unified;
    EXPECT_EQ(json::parse(unified), json::parse(expected)) << unified;
}

INSTANTIATE_TEST_SUITE_P(Fixtures, StasoGolden, ::testing::ValuesIn(case_names()), [](const auto& info) {
    auto name = info.param;
    std::ranges::replace(name, '-', '_');
    return name;
});

} // namespace
} // namespace evalbridge::staso
