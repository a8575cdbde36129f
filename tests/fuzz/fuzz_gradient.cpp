// Every decoder of the vendor's answers, on the same bytes, and what makes unified objects of them.

#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/errors.hpp"
#include "adapters/gradient/judge.hpp"
#include "mapping/json_reader.hpp"
#include "mapping/write.hpp"

#include <cstdint>
#include <cstdlib>

using namespace evalbridge;

namespace {

const gradient::run_identity which{"do", "run-1"};

/// What we answer with must be JSON, whatever the vendor sent.
template <class T> void must_be_writable(const T& object) {
    std::string text;
    json_writer out(text);
    write(out, object);
    json_document document(text);
    document.root().raw(2048);
    if (!document.finish())
        std::abort();
}

void read_prompts(std::string_view bytes, const gradient::judge& judges, bool all) {
    gradient::prompt_options what;
    what.spans = what.span_verdicts = what.raw = what.raw_metrics = all;
    what.max_spans = 20;
    what.max_span_depth = 8;
    if (auto found = gradient::decode_results(bytes, which, what))
        for (auto& each : found->prompts) {
            judges.complete(each);
            must_be_writable(each);
            if (each.spans && each.spans->size() > what.max_spans)
                std::abort();
        }
    if (auto found = gradient::decode_result(bytes, which, 0, what)) {
        judges.complete(*found);
        must_be_writable(*found);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const metric_dictionary dictionary;

    std::shared_ptr<const gradient::metric_catalogue> catalogue;
    if (auto found = gradient::decode_catalogue(bytes)) {
        for (const auto& each : found->metrics())
            must_be_writable(gradient::join(each, dictionary, "do"));
        catalogue = std::make_shared<const gradient::metric_catalogue>(std::move(*found));
    }
    std::shared_ptr<const gradient::test_case> which_case;
    if (auto found = gradient::decode_test_case(bytes))
        which_case = std::make_shared<const gradient::test_case>(std::move(*found));
    const gradient::judge judges(dictionary, catalogue, which_case, false);

    (void)gradient::decode_created(bytes);
    for (const bool raw : {false, true})
        if (auto found = gradient::decode_run(bytes, which, raw)) {
            judges.complete(*found);
            must_be_writable(*found);
        }
    read_prompts(bytes, judges, false);
    read_prompts(bytes, judges, true);

    http_response response;
    response.status = 429;
    response.body = bytes;
    response.fields.add("retry-after", bytes.substr(0, 40));
    response.fields.add("ratelimit-reset", bytes.substr(0, 20));
    (void)gradient::decode_error(response, gradient::asked_for::create, {});
    return 0;
}
