#pragma once
// Bytes that came and aren't used yet. Small while a connection idles, larger while a request needs it: thousands of
// idle clients must cost little.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace evalbridge {

class byte_buffer {
  public:
    static constexpr std::size_t resting = 4 * 1024; ///< bytes kept while nothing is in it

    std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
    void consume(std::size_t size) {
        begin_ += size;
        if (begin_ == end_)
            begin_ = end_ = 0;
    }
    void clear() { begin_ = end_ = 0; }

    /// Room to read into behind what is there: at least one byte. Doubles the capacity where it is full.
    std::span<char> prepare() {
        if (end_ == capacity_ && begin_ > 0) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == capacity_)
            resize(std::max(resting, capacity_ * 2));
        return {bytes_.get() + end_, capacity_ - end_};
    }
    void commit(std::size_t size) { end_ += size; }

    /// Gives back what a large request took.
    void rest() {
        if (begin_ == end_ && capacity_ > resting)
            resize(resting);
    }

  private:
    void resize(std::size_t capacity) {
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        if (end_ > begin_)
            std::memcpy(larger.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        bytes_ = std::move(larger);
        capacity_ = capacity;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace evalbridge
