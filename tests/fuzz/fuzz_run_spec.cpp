// Any body as a run spec: never a crash, and a refusal always names what it refuses.

#include "mapping/run_spec.hpp"
#include "mapping/write.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = evalbridge::parse_client_json({reinterpret_cast<const char*>(data), size});
    if (body.has_error())
        return 0;
    const auto spec = evalbridge::read_run_spec(*body);
    if (spec.has_error()) {
        if (spec.error().faults().empty())
            std::abort();
        return 0;
    }
    // A scope that was taken is one that can be written and taken again.
    std::string text;
    evalbridge::json_writer out(text);
    out.begin_object();
    out.key("provider").string(spec->provider);
    out.key("scope");
    write(out, spec->scope);
    out.end_object();
    const auto written = evalbridge::parse_client_json(text);
    if (written.has_error() || evalbridge::read_run_spec(*written).has_error())
        std::abort();
    return 0;
}
