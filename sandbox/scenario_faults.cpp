// The part of a scenario that is about single requests.

#include "sandbox/json_text.hpp"
#include "sandbox/scenario_reader.hpp"

namespace evalbridge::sandbox {
namespace {

constexpr named<fault_kind> fault_kinds[] = {
    {"status", fault_kind::status},
    {"edge_block", fault_kind::edge_block},
    {"html", fault_kind::html},
    {"empty_object", fault_kind::empty_object},
    {"wrong_shape", fault_kind::wrong_shape},
    {"deep_json", fault_kind::deep_json},
    {"redirect", fault_kind::redirect},
    {"close", fault_kind::close},
    {"reset", fault_kind::reset},
    {"black_hole", fault_kind::black_hole},
    {"raw", fault_kind::raw},
    {"garbage", fault_kind::garbage},
    {"endless_head", fault_kind::endless_head},
    {"endless_interim", fault_kind::endless_interim},
    {"malformed", fault_kind::malformed},
    {"truncated", fault_kind::truncated},
    {"wrong_type", fault_kind::wrong_type},
    {"wrong_values", fault_kind::wrong_values},
    {"deep_member", fault_kind::deep_member},
    {"huge_numbers", fault_kind::huge_numbers},
    {"duplicate_keys", fault_kind::duplicate_keys},
    {"invalid_utf8", fault_kind::invalid_utf8},
    {"chunked", fault_kind::chunked},
    {"until_close", fault_kind::until_close},
    {"gzip", fault_kind::gzip},
    {"drip", fault_kind::drip},
    {"drip_head", fault_kind::drip_head},
    {"drip_body", fault_kind::drip_body},
    {"cut_head", fault_kind::cut_head},
    {"cut_body", fault_kind::cut_body},
    {"cut_tls", fault_kind::cut_tls},
    {"reset_head", fault_kind::reset_head},
    {"reset_body", fault_kind::reset_body},
    {"two_answers", fault_kind::two_answers},
    {"huge_head", fault_kind::huge_head},
    {"huge_body", fault_kind::huge_body},
    {"huge_chunked", fault_kind::huge_chunked},
    {"gzip_bomb", fault_kind::gzip_bomb},
    {"endless_chunks", fault_kind::endless_chunks},
    {"endless_chunk_line", fault_kind::endless_chunk_line},
    {"endless_trailers", fault_kind::endless_trailers},
    {"bad_chunk_size", fault_kind::bad_chunk_size},
    {"negative_chunk", fault_kind::negative_chunk},
    {"chunk_overflow", fault_kind::chunk_overflow},
    {"chunk_without_crlf", fault_kind::chunk_without_crlf},
    {"length_and_chunked", fault_kind::length_and_chunked},
    {"two_lengths", fault_kind::two_lengths},
    {"status_000", fault_kind::status_000},
    {"status_999", fault_kind::status_999},
    {"bare_lf", fault_kind::bare_lf},
    {"http_0_9", fault_kind::http_0_9},
};

} // namespace

fault_rule read_fault(scenario_reader in) {
    fault_rule rule;
    in.take("route", rule.route);
    in.take("times", rule.times);
    in.take("after", rule.after);
    in.take("probability", rule.probability, 0, 1);
    in.take("latency_ms", rule.latency);
    in.take("interim", rule.around.interim, 100'000);
    in.take("surplus", rule.around.surplus);
    in.take("close_after", rule.around.close_after);
    in.take("do", fault_kinds, rule.kind);
    bool perform = false;
    if (in.take("perform", perform))
        rule.perform = perform;
    unsigned status = 503;
    if (in.take("status", status, 999) && status < 200)
        in.fail("status", "expected 200 to 999; a lower one can be sent as raw bytes");
    rule.status = static_cast<int>(status);
    if (const auto* delay = in.take("retry_after"))
        rule.retry_after = delay->is_string() ? std::string(delay->get_string()) : to_text(*delay);
    if (const auto* body = in.take("body"))
        rule.body = body->is_string() ? std::string(body->get_string()) : to_text(*body);
    in.take("content_type", rule.content_type);
    if (const auto* headers = in.take("headers")) {
        if (!headers->is_object())
            in.fail("headers", "expected an object of strings");
        for (const auto& header : headers->get_object()) {
            if (!header.value().is_string())
                in.fail("headers", "expected an object of strings");
            rule.headers.push_back({std::string(header.key()), std::string(header.value().get_string())});
        }
    }
    std::string encoded;
    if (in.take("raw", encoded) && !from_base64(encoded, rule.bytes))
        in.fail("raw", "expected base64");
    if (!rule.bytes.empty() && rule.kind == fault_kind::none)
        rule.kind = fault_kind::raw;
    in.take("keep_open", rule.keep_open);
    in.take("piece", rule.piece, 1 << 20);
    in.take("pause_ms", rule.pause);
    in.take("pad_kb", rule.pad_kb, 1 << 18);
    in.take("size_mb", rule.size_mb);
    in.finish();
    return rule;
}

} // namespace evalbridge::sandbox
