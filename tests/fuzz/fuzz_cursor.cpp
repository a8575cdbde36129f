// A cursor's text as a client may send it; then the same bytes as content that is sealed with our own key, so that what
// stands behind the digest is tried too. Whatever is accepted must be the one text of what it says.

#include "base/crypto.hpp"
#include "mapping/cursor.hpp"
#include "mapping/run_cursor.hpp"

#include <cstdlib>

namespace {

using namespace evalbridge;

std::string mac(std::string_view text) {
    const auto digest = hmac_sha256("a key for fuzzing", text);
    return {reinterpret_cast<const char*>(digest.data()), 16};
}

void try_text(const std::string& text) {
    const auto c = decode_cursor(text, mac);
    if (c && encode_cursor(*c, mac) != text)
        std::abort();
    const auto of_runs = decode_run_cursor(text, mac);
    if (of_runs && encode_run_cursor(*of_runs, mac) != text)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    try_text(bytes);
    const auto content = to_base64url(bytes);
    try_text(content + "." + to_base64url(mac(content)));
    return 0;
}
