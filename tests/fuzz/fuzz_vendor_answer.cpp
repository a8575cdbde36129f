// What a vendor's bytes go through before an adapter sees them: header block, chunks, gzip. Besides not crashing, the
// limit on a body must hold, and a chunked body must come out the same however its bytes arrive.

#include "base/http_head.hpp"
#include "upstream/transport/body.hpp"
#include "upstream/transport/chunked.hpp"
#include "upstream/transport/response_head.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace evalbridge;

constexpr std::size_t max_body = 4096;

void require(bool holds) {
    if (!holds)
        std::abort();
}

/// False when the chunks are refused or incomplete.
bool decode(std::string_view bytes, std::size_t portion, std::string& body) {
    chunked_answer_decoder decoder(max_body);
    auto state = chunked_answer_decoder::state::more;
    while (state == chunked_answer_decoder::state::more && !bytes.empty()) {
        std::size_t used = 0;
        state = decoder.feed(bytes.substr(0, portion), body, used);
        require(used <= bytes.size() && used > 0 && body.size() <= max_body);
        bytes.remove_prefix(used);
    }
    return state == chunked_answer_decoder::state::done;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)fault_in_partial_head(bytes, 0);
    const std::size_t head_size = head_block_size(bytes);
    if (head_size == std::string_view::npos)
        return 0;
    response_head head;
    if (read_response_head(bytes.substr(0, head_size), head_limits{}, head))
        return 0;
    require(head.status >= 100 && head.status <= 599);
    require(head.end != body_end::eof || !head.keep_alive);

    const auto rest = bytes.substr(head_size);
    std::string body;
    if (head.end == body_end::chunked) {
        std::string bytewise;
        const bool whole = decode(rest, rest.size(), body);
        require(decode(rest, 1, bytewise) == whole && (!whole || bytewise == body));
    } else {
        body = rest.substr(0, max_body);
    }
    if (unpack_body(head.coding, max_body, body))
        require(body.size() <= max_body);
    return 0;
}
