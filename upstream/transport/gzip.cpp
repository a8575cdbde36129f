#include "upstream/transport/gzip.hpp"

#include "base/text_stock.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace evalbridge {
namespace {

constexpr std::size_t step = 64 * 1024;
constexpr std::size_t best_ratio = 1032; // deflate can't do better, so a size hint above it is a lie

class inflater {
  public:
    inflater() {
        if (inflateInit2(&stream_, 15 + 16) != Z_OK) // 16: gzip's frame and nothing else
            throw std::bad_alloc();
    }
    ~inflater() { inflateEnd(&stream_); }
    inflater(const inflater&) = delete;
    inflater& operator=(const inflater&) = delete;
    z_stream& stream() { return stream_; }

  private:
    z_stream stream_{};
};

/// The size modulo 2^32 that the last member claims in its final four bytes: a hint and nothing more.
std::size_t claimed_size(std::string_view packed) {
    if (packed.size() < 18)
        return 0;
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i)
        size |= static_cast<std::size_t>(static_cast<unsigned char>(packed[packed.size() - 4 + i])) << (8 * i);
    return size;
}

} // namespace

gunzip_outcome gunzip(std::string_view packed, std::size_t max_size, std::string& out) {
    out = text_stock::take(std::min({claimed_size(packed), max_size, packed.size() * best_ratio}) + body_padding);
    inflater inflate_state;
    auto& stream = inflate_state.stream();
    // zlib never writes through next_in; the type is from before const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    std::size_t unread = packed.size();
    std::size_t filled = 0;
    for (;;) {
        if (stream.avail_in == 0) {
            const auto portion = std::min<std::size_t>(unread, std::numeric_limits<uInt>::max());
            stream.avail_in = static_cast<uInt>(portion);
            unread -= portion;
        }
        // One byte more than allowed shows that there is more than allowed.
        if (filled == out.size())
            out.resize(std::min(filled + step, max_size + 1));
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
        stream.avail_out = static_cast<uInt>(out.size() - filled);
        const int status = inflate(&stream, Z_NO_FLUSH);
        filled = out.size() - stream.avail_out;
        if (filled > max_size)
            return gunzip_outcome::too_large;
        if (status == Z_STREAM_END) {
            if (stream.avail_in == 0 && unread == 0)
                break;
            inflateReset(&stream); // another member follows
            continue;
        }
        if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_out > 0 && stream.avail_in == 0 && unread == 0))
            return gunzip_outcome::truncated;
        if (status != Z_OK)
            return gunzip_outcome::malformed;
    }
    out.resize(filled);
    out.reserve(filled + body_padding);
    return gunzip_outcome::ok;
}

} // namespace evalbridge
