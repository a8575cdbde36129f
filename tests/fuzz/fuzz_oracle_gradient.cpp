// Whatever Gradient may answer, the adapter's decoders, judged and not, and the oracle's refuse together or say the
// same, borrowed texts and owned ones too.

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/fuzzed.hpp"
#include "tests/oracle/random_gradient.hpp"

#include <cstdio>
#include <cstdlib>

using namespace evalbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto make = [](oracle::random_json& any, unsigned) { return oracle::gradient::random_answer(any); };
    const auto body = oracle::fuzzed_body({reinterpret_cast<const char*>(data), size}, make);
    const auto found = oracle::gradient_disagreement(body);
    if (!found.empty()) {
        std::fprintf(stderr, "%s\n%s\n", found.c_str(), body.c_str());
        std::abort();
    }
    return 0;
}
