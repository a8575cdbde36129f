// Every decoder of the vendor's answers on any bytes: whatever comes, an answer or an error, and what is passed on raw
// is JSON.

#include "adapters/staso/decode.hpp"
#include "adapters/staso/errors.hpp"
#include "mapping/write.hpp"

#include <boost/json/parse.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace evalbridge;

metric_dictionary make_dictionary() {
    metric_definition ranged;
    ranged.name = "ranged";
    ranged.traits.range = score_range{0, 5};
    ranged.native["staso"] = {"m", "7c9a0000-0000-4000-8000-00000000000a"};
    return metric_dictionary({ranged});
}

void expect_json(std::string_view text) {
    boost::json::parse_options deep;
    deep.max_depth = 300;
    boost::json::error_code failed;
    boost::json::parse({text.data(), text.size()}, failed, {}, deep);
    // Raw keeps the vendor's own escapes, half of a surrogate pair included: legal by RFC 8259, but not to Boost.JSON.
    const bool half_a_pair = text.find("\\ud") != text.npos || text.find("\\uD") != text.npos;
    if (failed && !half_a_pair)
        std::abort();
}

template <class T> void expect_written(const T& object) {
    std::string out;
    json_writer writer(out);
    write(writer, object);
    expect_json(out);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto dictionary = make_dictionary();
    static const secret key("planted-secret");
    const std::string body(reinterpret_cast<const char*>(data), size);
    for (const bool raw : {false, true}) {
        const staso::decode_context context{"fuzz", dictionary, raw};
        if (const auto run = staso::decode_run(body, context, raw))
            expect_written(*run);
        if (const auto page = staso::decode_verdicts(body, "r", context))
            for (const auto& each : page->rows)
                expect_written(each);
        if (const auto summary = staso::decode_summary(body, "r", context)) {
            const auto& counts = summary->counts;
            if (counts.total != counts.passed + counts.failed + counts.undecided + counts.errored)
                std::abort();
            expect_written(*summary);
        }
    }
    const std::chrono::system_clock::time_point now{std::chrono::seconds(1'760'000'000)};
    http_response refused;
    refused.status = 429;
    refused.body = body;
    refused.fields = {{"Retry-After", body}, {"X-Request-Id", body}};
    const auto e = staso::decode_error(refused, staso::operation::get_run, {now, key});
    if (e.provider()->message && e.provider()->message->size() > 200)
        std::abort();
    return 0;
}
