#include "mapping/read_parts.hpp"
#include "mapping/read_unified.hpp"

namespace evalbridge {
namespace {

using detail::written_integer;
using detail::written_integer_or_null;
using detail::written_text;
using detail::written_text_or_null;

constexpr verdict_level levels[] = {verdict_level::item, verdict_level::span};

std::optional<span_ref> read_span_ref(json_reader in) {
    if (!in.present()) {
        if (in.type() == json_reader::kind::absent)
            in.fail("expected an object or null");
        return {};
    }
    span_ref out;
    out.index = written_integer<std::uint32_t>(in["index"]);
    out.name = written_text_or_null(in["name"]);
    out.type = written_text_or_null(in["type"]);
    return out;
}

trace_span read_span(json_reader in) {
    trace_span out;
    out.index = written_integer<std::uint32_t>(in["index"]);
    out.parent = written_integer_or_null<std::uint32_t>(in["parent"]);
    out.name = written_text_or_null(in["name"]);
    out.type = written_text_or_null(in["type"]);
    out.created_at = detail::written_time(in["created_at"]);
    out.input = detail::written_json(in["input"]);
    out.output = detail::written_json(in["output"]);
    out.chunks = detail::read_chunks(in["chunks"]);
    out.attributes = detail::written_json(in["attributes"]);
    return out;
}

inspected_step read_step(json_reader in) {
    inspected_step out;
    out.turn = written_integer_or_null<std::int64_t>(in["turn"]);
    out.tool = written_text(in["tool"]);
    out.target = written_text(in["target"]);
    return out;
}

run_result read_result(json_reader in) {
    run_result r;
    r.id = written_text(in["id"]);
    r.run_id = written_text(in["run_id"]);
    r.trace_id = written_text_or_null(in["trace_id"]);
    r.prompt_id = written_text_or_null(in["prompt_id"]);
    r.input = written_text_or_null(in["input"]);
    r.output = written_text_or_null(in["output"]);
    r.expected = written_text_or_null(in["expected"]);
    auto tokens = in["tokens"];
    r.tokens.input = written_integer_or_null<std::uint64_t>(tokens["input"]);
    r.tokens.output = written_integer_or_null<std::uint64_t>(tokens["output"]);
    r.chunks = detail::read_chunks(in["chunks"]);
    if (auto spans = in["spans"]; spans.type() != json_reader::kind::absent) {
        auto& read = r.spans.emplace();
        spans.each([&](json_reader& each) { read.push_back(read_span(each)); });
    }
    in["verdicts"].each([&](json_reader& each) { r.verdicts.push_back(detail::read_verdict(each)); });
    detail::read_making(in, r.mapping, r.raw);
    return r;
}

} // namespace

verdict detail::read_verdict(json_reader in) {
    verdict v;
    v.id = written_text(in["id"]);
    v.run_id = written_text(in["run_id"]);
    v.result_id = written_text(in["result_id"]);
    v.trace_id = written_text_or_null(in["trace_id"]);
    v.level = written_word(in["level"], levels);
    v.span = read_span_ref(in["span"]);
    v.measured = read_measurement(in);
    v.agent_version = written_text_or_null(in["agent_version"]);
    v.latency_ms = written_integer_or_null<std::int64_t>(in["latency_ms"]);
    v.at = written_time(in["timestamp"]);
    in["inspected"].each([&](json_reader& each) { v.inspected.push_back(read_step(each)); });
    return v;
}

result<verdict> read_verdict(std::string_view json, text_source* texts) {
    return detail::read_whole(json, detail::read_verdict, texts);
}

result<run_result> read_run_result(std::string_view json, text_source* texts) {
    return detail::read_whole(json, read_result, texts);
}

} // namespace evalbridge
