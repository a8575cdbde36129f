#include "upstream/transport/head_reader.hpp"

namespace evalbridge {
namespace {

namespace asio = boost::asio;

constexpr int max_interim_answers = 32;

error malformed(std::string_view why) {
    return error(errc::provider_malformed).because("the answer is not acceptable HTTP: " + std::string(why));
}

} // namespace

asio::awaitable<result<response_head>> head_reader::read_final_head() {
    head_limits limits;
    limits.block = max_header;
    for (int interim = 0; interim <= max_interim_answers; ++interim) {
        const auto size = co_await read_block();
        if (!size)
            co_return size.error();
        response_head head;
        if (const auto why = read_response_head(from.input().bytes().substr(0, *size), limits, head))
            co_return malformed(*why);
        from.input().consume(*size);
        if (head.status == 101)
            co_return malformed("it switches to a protocol that nobody asked for");
        if (head.status >= 200)
            co_return head;
    }
    co_return malformed("it does not get past interim answers");
}

/// Reads until the input begins with a whole header block; gives its size.
asio::awaitable<result<std::size_t>> head_reader::read_block() {
    auto& input = from.input();
    std::size_t looked_at = 0;
    for (;;) {
        const auto bytes = input.bytes();
        // The end may straddle what came before and what came now.
        const std::size_t start = looked_at < 3 ? 0 : looked_at - 3;
        const std::size_t size = head_block_size(bytes.substr(start));
        if (size != std::string_view::npos)
            co_return start + size;
        if (const auto why = fault_in_partial_head(bytes, start))
            co_return malformed(*why);
        if (bytes.size() >= max_header)
            co_return malformed("its header is too large");
        looked_at = bytes.size();

        boost::system::error_code failed;
        const auto space = input.space();
        input.commit(co_await from.read_some(space, failed));
        if (!answered && !input.empty()) {
            if (is_premature())
                co_return malformed("it was sent before the request had arrived");
            answered = true;
        }
        if (failed)
            co_return error(errc::provider_unavailable)
                .because(answered ? "the answer broke off" : "the provider closed the connection without an answer");
    }
}

/// Whether the bytes that have just come can't be an answer, as the vendor's system, when it sent them, had not got the
/// request: each segment of an answer acknowledges what it answers. It is the rest of what an earlier request was
/// answered, or a farewell such as 408, that crossed our request on the way. (On a fresh connection it is a vendor that
/// answers unheard, such as one that is overloaded, and nobody else's.)
bool head_reader::is_premature() const { return reused && from.unacknowledged() >= request_size; }

} // namespace evalbridge
