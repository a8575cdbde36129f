// Vendors whose connections break and whose HTTP is none, at every operation of the gateway.

#include "tests/integration/hostile.hpp"

namespace evalbridge::integration {
namespace {

using HostileWire = HostileVendor;
INSTANTIATE_TEST_SUITE_P(Plain, HostileWire, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Tls, HostileWire, ::testing::Values(true));
// What bytes mean doesn't depend on how they came.
using HostileFraming = HostileVendor;
INSTANTIATE_TEST_SUITE_P(Plain, HostileFraming, ::testing::Values(false));

constexpr auto unavailable = "provider_unavailable";
constexpr auto malformed = "provider_malformed";

TEST_P(HostileWire, BreaksOff) {
    hold({
        {R"("do":"close")", comes::error, {unavailable}},
        {R"("do":"reset")", comes::error, {unavailable}},
        {R"("do":"cut_head")", comes::error, {unavailable}},
        {R"("do":"reset_head")", comes::error, {unavailable}},
        {R"("do":"cut_body")", comes::error, {unavailable}},
        {R"("do":"reset_body")", comes::error, {unavailable}},
        // Without TLS nothing tells a cut answer from a whole one but its JSON.
        {R"("do":"cut_tls")", comes::error_if_read, {GetParam() ? unavailable : malformed}},
    });
}

TEST_P(HostileFraming, IsContradictory) {
    hold({
        {R"("do":"bad_chunk_size")", comes::error, {malformed}},
        {R"("do":"negative_chunk")", comes::error, {malformed}},
        {R"("do":"chunk_overflow")", comes::error, {malformed}},
        {R"("do":"chunk_without_crlf")", comes::error, {malformed}},
        {R"("do":"length_and_chunked")", comes::error, {malformed}},
        {R"("do":"two_lengths")", comes::error, {malformed}},
    });
}

TEST_P(HostileFraming, IsNoHttp) {
    hold({
        {R"("do":"garbage")", comes::error, {malformed}},
        {R"("do":"http_0_9")", comes::error, {malformed}},
        {R"("do":"bare_lf")", comes::error, {malformed}},
        {R"("do":"status_000")", comes::error, {malformed}},
        {R"("do":"status_999")", comes::error, {malformed}},
        {R"("interim":1000)", comes::error, {malformed}},
    });
}

TEST_P(HostileFraming, IsWithoutEnd) {
    hold({
        {R"("do":"huge_head")", comes::error, {malformed}},
        {R"("do":"endless_head")", comes::error, {malformed}},
        {R"("do":"endless_interim")", comes::error, {malformed}},
        {R"("do":"huge_body")", comes::error, {malformed}},
        {R"("do":"huge_chunked")", comes::error, {malformed}},
        {R"("do":"gzip_bomb")", comes::error, {malformed}},
        {R"("do":"endless_chunks")", comes::error, {malformed}},
        {R"("do":"endless_chunk_line")", comes::error, {malformed}},
        {R"("do":"endless_trailers")", comes::error, {malformed}},
    });
}

TEST_P(HostileWire, IsSilentOrSlow) {
    hold({
        {R"("do":"black_hole")", comes::error, {"deadline_exceeded"}, true},
        {R"("do":"drip_head","piece":1,"pause_ms":50)", comes::error, {"deadline_exceeded"}, true},
        {R"("do":"drip_body","piece":1,"pause_ms":50)", comes::error, {"deadline_exceeded"}, true},
        {R"("latency_ms":2000)", comes::error, {"deadline_exceeded"}, true},
    });
}

TEST_P(HostileWire, AnswersInAnotherLegalWay) {
    hold({
        {R"("do":"chunked")", comes::right},
        {R"("do":"until_close")", comes::right},
        {R"("do":"gzip")", comes::right},
        {R"("interim":1)", comes::right},
        {R"("close_after":true)", comes::right},
        {R"("do":"drip","piece":4000,"pause_ms":1)", comes::right},
        {R"("pad_kb":64)", comes::right},
        // The first answer counts, and nobody takes the second for the next request's.
        {R"("do":"two_answers")", comes::right},
        {R"("surplus":"{}")", comes::right},
    });
}

} // namespace
} // namespace evalbridge::integration
