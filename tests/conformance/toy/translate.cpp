#include "base/percent.hpp"
#include "base/retry_after.hpp"
#include "mapping/json_reader.hpp"
#include "mapping/json_writer.hpp"
#include "mapping/judgement.hpp"
#include "tests/conformance/toy/toy.hpp"

namespace evalbridge::toy {
namespace {

struct status_name {
    std::string_view native;
    run_status unified;
};

constexpr status_name status_names[] = {
    {"waiting", run_status::pending},
    {"busy", run_status::running},
    {"done", run_status::completed},
    {"broken", run_status::failed},
};

run_status status_of(std::string_view native) {
    for (const auto& each : status_names)
        if (each.native == native)
            return each.unified;
    return run_status::unknown;
}

verdict decode_check(json_reader& in, const owner& who, const std::string& native_id, bool raw) {
    verdict v;
    v.run_id = make_run_id(who.provider, native_id);
    v.result_id = in["item"].string();
    v.trace_id = v.result_id;
    v.measured.metric.native_name = in["check"].string();
    const auto* known = who.dictionary.find("toy", v.measured.metric.native_name);
    v.measured.metric.name = known ? known->name : std::string(v.measured.metric.native_name);
    v.measured.passed = in["ok"].boolean();
    v.measured.decided_by = passed_source::provider;
    v.measured.value = metric_value{value_type::number, in["grade"].optional_number(), {}};
    v.measured.score = v.measured.value.number;
    v.id = make_verdict_id(v.result_id, v.measured.metric, v.span, 1);
    if (raw)
        v.measured.raw = in.raw();
    return v;
}

} // namespace

http_request encode_create(const run_spec& spec) {
    http_request request;
    request.method = http_method::post;
    request.target = "/runs";
    request.fields.push_back({"Content-Type", "application/json"});
    json_writer out(request.body);
    out.begin_object().key("what").string(std::get<dataset_scope>(spec.scope).dataset_id).end_object();
    return request;
}

http_request encode_get(const std::string& native_id) {
    http_request request;
    request.target = "/runs/" + encode_path_segment(native_id);
    return request;
}

http_request encode_checks(const std::string& native_id, std::uint64_t after, std::uint32_t count) {
    auto request = encode_get(native_id);
    request.target += "/checks?after=" + std::to_string(after) + "&count=" + std::to_string(count);
    return request;
}

result<std::string> decode_created(const http_response& response) {
    json_document document(response.body);
    auto root = document.root();
    auto id = root["run"].string();
    if (const auto read = document.finish(); !read)
        return read.error();
    return id;
}

result<run> decode_run(const http_response& response, const owner& who, bool raw) {
    json_document document(response.body);
    auto root = document.root();
    run r;
    r.provider = who.provider;
    r.vendor = vendor.name;
    r.native_id = root["run"].string();
    r.id = make_run_id(who.provider, r.native_id);
    r.native_status = root["state"].string();
    r.status = status_of(*r.native_status);
    if (raw)
        r.raw = root.raw();
    if (const auto read = document.finish(); !read)
        return read.error();
    return r;
}

result<check_page> decode_checks(const http_response& response, const owner& who, const std::string& native_id,
                                 bool raw) {
    json_document document(response.body);
    auto root = document.root();
    check_page page;
    auto checks = root["checks"];
    if (!checks.is_array())
        checks.fail("expected an array");
    checks.each([&](json_reader& each) { page.checks.push_back(decode_check(each, who, native_id, raw)); });
    page.more = root["more"].boolean();
    if (const auto read = document.finish(); !read)
        return read.error();
    return page;
}

error decode_error(const http_response& response, std::chrono::system_clock::time_point now) {
    provider_answer answer;
    answer.status = response.status;
    const auto make = [&](errc code) { return error(code).from_provider(answer); };
    switch (response.status) {
    case 401:
    case 403: return make(errc::provider_rejected);
    case 404: return make(errc::not_found);
    case 429: {
        auto throttled = make(errc::provider_throttled);
        if (const auto field = response.field("retry-after"))
            if (const auto wait = parse_retry_after(*field, now))
                throttled = std::move(throttled).retry_after(*wait);
        return throttled;
    }
    default: return make(response.status >= 500 ? errc::provider_unavailable : errc::provider_malformed);
    }
}

} // namespace evalbridge::toy
