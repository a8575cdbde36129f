#pragma once
// Bytes that were read and not used yet, in one piece. Reserved at 64 KiB: left to grow by itself, a buffer makes every
// read a small one, which costs several times the copying.

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace evalbridge {

class read_buffer {
  public:
    static constexpr std::size_t usual_capacity = 64 * 1024;

    std::string_view bytes() const { return {storage_.get() + begin_, end_ - begin_}; }
    bool empty() const { return begin_ == end_; }
    /// Free space of at least one byte behind the bytes, all there is; grows when it is full. Invalidates `bytes()`.
    boost::asio::mutable_buffer space();
    /// The first `count` bytes of the space have been filled.
    void commit(std::size_t count) { end_ += count; }
    /// Drops the first `count` bytes.
    void consume(std::size_t count);

  private:
    std::unique_ptr<char[]> storage_ = std::make_unique_for_overwrite<char[]>(usual_capacity);
    std::size_t capacity_ = usual_capacity;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace evalbridge
