// Any bytes as a client's body: never a crash, and whatever is taken is JSON to another parser too.

#include "mapping/run_spec.hpp"

#include <boost/json/parse.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = evalbridge::parse_client_json(text);
    boost::json::error_code ec;
    const auto same = boost::json::parse(text, ec);
    if (read.has_value() && (ec || *read != same))
        std::abort();
    if (read.has_error() && !ec && read.error().faults().empty())
        std::abort(); // called invalid although it isn't
    return 0;
}
