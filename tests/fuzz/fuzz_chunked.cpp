// The decoder says the same of the same bytes, whole or one at a time, and never gives more than it may.

#include "gateway/http/chunked.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

struct outcome {
    evalbridge::chunked_decoder::state last = evalbridge::chunked_decoder::state::more;
    std::string body;
    std::size_t taken = 0;

    bool operator==(const outcome&) const = default;
};

outcome decode(std::string_view bytes, std::size_t step) {
    constexpr std::size_t max_body = 4096;
    evalbridge::chunked_decoder decoder(max_body);
    outcome out;
    while (!bytes.empty() && out.last == evalbridge::chunked_decoder::state::more) {
        std::size_t taken = 0;
        const auto piece = bytes.substr(0, step);
        out.last = decoder.feed(piece, taken, out.body);
        out.taken += taken;
        if (taken > piece.size() || out.body.size() > max_body)
            std::abort();
        bytes.remove_prefix(taken);
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using state = evalbridge::chunked_decoder::state;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = decode(bytes, bytes.size());
    const auto single = decode(bytes, 1);
    const bool good = whole.last == state::done || whole.last == state::more;
    // Where it is refused, how much was taken before depends on how the bytes came; the verdict doesn't.
    if (good ? whole != single : whole.last != single.last)
        std::abort();
    return 0;
}
