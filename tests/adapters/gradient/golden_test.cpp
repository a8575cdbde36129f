// One file of what the vendor said, one of what we make of it: `<operation>.<case>.{response,unified}.json`. Adding a
// case is adding two files.

#include "mapping/write.hpp"
#include "tests/adapters/gradient/gradient_bench.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace evalbridge::gradient {
namespace {

const std::filesystem::path folder = EVALBRIDGE_SOURCE_DIR "/tests/fixtures/gradient";
constexpr std::string_view reference_id = "123e4567-e89b-12d3-a456-426614174000";

template <class T> std::string text_of(const result<T>& found) {
    if (!found)
        return R"({"failed":")" + found.error().detail() + R"("})";
    std::string out;
    json_writer writer(out);
    write(writer, *found);
    return out;
}

std::string text_of(const result<std::vector<run>>& found) {
    if (!found)
        return R"({"failed":")" + found.error().detail() + R"("})";
    std::string out;
    json_writer writer(out);
    writer.begin_array();
    for (const auto& each : *found)
        write(writer, each);
    writer.end_array();
    return out;
}

std::string text_of(const result<page<run_result>>& found) {
    if (!found)
        return R"({"failed":")" + found.error().detail() + R"("})";
    std::string out;
    json_writer writer(out);
    writer.begin_object().key("data").begin_array();
    for (const auto& each : found->items)
        write(writer, each);
    writer.end_array();
    writer.key("total").integer_or_null(found->total);
    writer.key("has_more").boolean(found->has_more);
    writer.key("run_terminal").boolean_or_null(found->run_terminal);
    writer.end_object();
    return out;
}

/// What a bench makes of a fixture: every metric and test case is the fixtures', every other answer is the case's.
std::string unified(const std::string& name) {
    const auto response = fixture(name + ".response.json");
    bench on([&](const http_request& request) {
        if (request.target.find("evaluation_metrics") != std::string::npos)
            return answer_of(200, fixture("metrics.json"));
        if (request.target.find("evaluation_test_cases") != std::string::npos && !request.target.ends_with("_runs"))
            return answer_of(200, fixture("test_case.json"));
        if (name.starts_with("prompt.") && request.target.find("/results/") == std::string::npos)
            return answer_of(200, fixture("run." + name.substr(7) + ".response.json"));
        return answer_of(200, response);
    });
    const bool reference = name.find("reference-page") != std::string::npos;
    const std::string id = reference ? std::string(reference_id) : "run-1";
    read_options with_spans;
    with_spans.spans = true;
    if (name.starts_with("run."))
        return text_of(on.run(on.provider().get_run(id, on.plain, on.any_call)));
    if (name.starts_with("runs.")) {
        run_listing of_case;
        of_case.test_case_id = "tc-1";
        return text_of(on.run(on.provider().list_runs(of_case, on.any_call)));
    }
    if (name.starts_with("prompt."))
        return text_of(on.run(on.provider().get_result(id, "123", with_spans, on.any_call)));
    return text_of(on.run(on.provider().list_results(id, on.no_filter, on.first_window, with_spans, on.any_call)));
}

std::set<std::string> cases() {
    std::set<std::string> out;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
        const auto file = each.path().filename().string();
        if (file.ends_with(".response.json"))
            out.insert(file.substr(0, file.size() - std::string_view(".response.json").size()));
    }
    return out;
}

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, ReadsAsTheFixtureSays) {
    const auto actual = boost::json::parse(unified(GetParam()));
    const auto file = GetParam() + ".unified.json";
    const auto expected = boost::json::parse(fixture(file));
    EXPECT_EQ(actual, expected) << "for " << file << " the adapter now gives\n" << boost::json::serialize(actual);
}

INSTANTIATE_TEST_SUITE_P(Gradient, Golden, ::testing::ValuesIn(cases()), [](const auto& info) {
    std::string name = info.param;
    std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
});

} // namespace
} // namespace evalbridge::gradient
