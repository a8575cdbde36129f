#pragma once
// The chunked transfer coding, read to the letter (RFC 9112 section 7.1): sizes are hexadecimal digits and nothing
// else, lines end with CRLF, extensions are well-formed, few and ignored. Trailer fields never join the header fields.
// One that is named like a field with a meaning for routing, framing, authentication or the content (RFC 9110
// section 6.5.1) is refused; any other is read, checked and dropped, as a recipient may do.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace evalbridge {

class chunked_decoder {
  public:
    enum class state { more, done, refused, too_large };

    explicit chunked_decoder(std::size_t max_body) : room_(max_body) {}

    /// Takes from the front of `bytes` what belongs to the body and appends its data to `body`; `taken` is how much of
    /// `bytes` that was. After `done` the rest belongs to the next message. After `refused` or `too_large` nothing
    /// does.
    state feed(std::string_view bytes, std::size_t& taken, std::string& body);
    /// Why it was refused, a literal.
    std::string_view reason() const { return reason_; }

  private:
    enum class expect { size_line, data, data_end, trailers };

    state refuse(std::string_view reason);
    state take_line(std::string_view& rest);
    state read_size_line(std::string_view line);
    state read_trailer(std::string_view line);

    expect next_ = expect::size_line;
    std::size_t room_;         ///< bytes the body may still grow by
    std::uint64_t chunk_ = 0;  ///< bytes left of the current chunk
    std::size_t overhead_ = 0; ///< bytes of extensions and trailers so far
    std::string line_;         ///< of a size line or trailer that isn't complete yet
    std::string_view reason_;
};

} // namespace evalbridge
