#include "upstream/transport/body.hpp"

#include "base/text_stock.hpp"
#include "upstream/transport/chunked.hpp"
#include "upstream/transport/gzip.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace evalbridge {
namespace {

namespace asio = boost::asio;

// A string's new bytes are zeroed before a read fills them; in steps of this they are still in the cache then.
constexpr std::size_t step = 64 * 1024;

error malformed(std::string why) { return error(errc::provider_malformed).because(std::move(why)); }

error broke_off() { return error(errc::provider_unavailable).because("the answer broke off"); }

error too_large(std::size_t max_body) {
    // How much is too much is our word, and nothing that the provider does wrong.
    return malformed("the answer is larger than " + std::to_string(max_body) + " bytes").refused_here(true);
}

/// Moves what has been read already, up to `most` bytes, to `body`.
void take_input(read_buffer& input, std::uint64_t most, std::string& body) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(most, input.bytes().size()));
    body.append(input.bytes().substr(0, count));
    input.consume(count);
}

asio::awaitable<result<void>> read_known_length(vendor_connection& from, std::uint64_t length, std::string& body) {
    std::size_t filled = body.size();
    while (filled < length) {
        if (filled == body.size())
            body.resize(static_cast<std::size_t>(std::min<std::uint64_t>(length, filled + step)));
        boost::system::error_code failed;
        filled += co_await from.read_some(asio::buffer(body.data() + filled, body.size() - filled), failed);
        if (failed)
            co_return broke_off();
    }
    co_return result<void>();
}

asio::awaitable<result<void>> read_chunks(vendor_connection& from, std::size_t max_body, std::string& body) {
    auto& input = from.input();
    chunked_answer_decoder decoder(max_body);
    for (;;) {
        std::size_t used = 0;
        const auto state = decoder.feed(input.bytes(), body, used);
        input.consume(used);
        if (state == chunked_answer_decoder::state::done)
            co_return result<void>();
        if (state == chunked_answer_decoder::state::malformed)
            co_return malformed("the answer's chunks are malformed");
        if (state == chunked_answer_decoder::state::too_large)
            co_return too_large(max_body);
        boost::system::error_code failed;
        const auto space = input.space();
        input.commit(co_await from.read_some(space, failed));
        if (failed)
            co_return broke_off();
    }
}

asio::awaitable<result<void>> read_to_end(vendor_connection& from, std::size_t max_body, std::string& body) {
    auto& input = from.input();
    for (;;) {
        take_input(input, input.bytes().size(), body);
        if (body.size() > max_body)
            co_return too_large(max_body);
        boost::system::error_code failed;
        const auto space = input.space();
        input.commit(co_await from.read_some(space, failed));
        // Under TLS a cut connection gives another error (stream_truncated) than one that was closed with notice.
        if (failed == asio::error::eof)
            co_return result<void>();
        if (failed)
            co_return broke_off();
    }
}

} // namespace

asio::awaitable<result<void>> read_body(vendor_connection& from, const response_head& head, std::size_t max_body,
                                        std::string& body) {
    switch (head.end) {
    case body_end::none: break;
    case body_end::length:
        if (head.length > max_body)
            co_return too_large(max_body);
        body = text_stock::take(static_cast<std::size_t>(head.length) + body_padding);
        take_input(from.input(), head.length, body);
        if (body.size() < head.length)
            co_return co_await read_known_length(from, head.length, body);
        break;
    case body_end::chunked: {
        auto done = co_await read_chunks(from, max_body, body);
        body.reserve(body.size() + body_padding);
        co_return done;
    }
    case body_end::eof: {
        auto done = co_await read_to_end(from, max_body, body);
        body.reserve(body.size() + body_padding);
        co_return done;
    }
    }
    co_return result<void>();
}

result<void> unpack_body(content_coding coding, std::size_t max_body, std::string& body) {
    if (coding == content_coding::identity || body.empty())
        return {};
    if (coding == content_coding::unsupported)
        return malformed("the answer has a content coding that was not asked for");
    std::string plain;
    switch (gunzip(body, max_body, plain)) {
    case gunzip_outcome::ok: break;
    case gunzip_outcome::malformed: return malformed("the answer is not the gzip that it says it is");
    case gunzip_outcome::truncated: return malformed("the answer's gzip stream ends too early");
    case gunzip_outcome::too_large: return too_large(max_body);
    }
    body = std::move(plain);
    return {};
}

} // namespace evalbridge
