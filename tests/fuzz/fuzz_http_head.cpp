// Whatever the check lets through, the parser behind it reads in the same way; nothing crashes either.

#include "base/http_head.hpp"
#include "gateway/http/session_head.hpp"
#include "gateway/http/target.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

void check_request(std::string_view bytes) {
    using namespace evalbridge;
    body_framing framing;
    if (check_request_head(bytes, {}, framing))
        return;
    require(head_block_size(bytes) == bytes.size());
    require(!(framing.chunked && framing.content_length));
    for (std::size_t size = 0; size <= bytes.size(); ++size)
        require(!check_incomplete_head(bytes.substr(0, size), 0));
    const auto head = parse_request_head(bytes);
    if (!head)
        return; // the parser may be stricter still, of a Connection field for one; that is a 400
    require(head->method != verb::other);
    require(head->http_1_0 || !head->field("host").empty());
    require(framing.chunked == !head->field("transfer-encoding").empty());
    const auto length = head->field("content-length");
    require(framing.content_length.has_value() == !length.empty());
    if (framing.content_length)
        require(std::to_string(*framing.content_length) == length);
    const auto target = split_request_target(head->target);
    require(target.path == "*" || target.path.front() == '/');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_request(bytes);
    evalbridge::body_framing framing;
    int status = 0;
    if (!evalbridge::check_response_head(bytes, {}, framing, status)) {
        require(status >= 100 && status <= 599);
        require(!(framing.chunked && framing.content_length));
    }
    return 0;
}
