#pragma once
// The chunked transfer coding, read strictly (RFC 9112 section 7.1): whatever two programs could read differently, a
// bare LF, whitespace around a size, a sign, more digits than a size can have, is refused.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace evalbridge {

class chunked_answer_decoder {
  public:
    enum class state { more, done, malformed, too_large };

    /// `max_body`: bytes that the decoded body may have.
    explicit chunked_answer_decoder(std::size_t max_body) : max_body_(max_body) {}

    /// Takes bytes from the front of `in`, appends the body's to `out`, and says how it stands. `used` is how many
    /// bytes belonged to the body: all of them, unless the state is `done`. Not to be called again after anything but
    /// `more`.
    state feed(std::string_view in, std::string& out, std::size_t& used);

  private:
    enum class step {
        size,      ///< in the digits of a chunk's size
        extension, ///< behind the `;`: skipped, as no extension has ever meant anything
        size_lf,   ///< at the LF that ends the size line
        data,
        data_cr,
        data_lf,
        trailer, ///< at the start of a trailer line or the final CRLF
        trailer_line,
        trailer_lf,
        final_lf,
    };
    state on_control_byte(unsigned char byte);
    state end_of_size();

    std::size_t max_body_;
    std::uint64_t left_ = 0; ///< of the chunk: its size while the digits are read, then bytes still to come
    unsigned digits_ = 0;
    std::size_t overhead_ = 0; ///< bytes of the current size line, or of all trailers
    step step_ = step::size;
};

} // namespace evalbridge
