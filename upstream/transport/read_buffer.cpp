#include "upstream/transport/read_buffer.hpp"

#include <cstring>

namespace evalbridge {

boost::asio::mutable_buffer read_buffer::space() {
    if (end_ == capacity_ && begin_ > 0) {
        std::memmove(storage_.get(), storage_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == capacity_) {
        auto larger = std::make_unique_for_overwrite<char[]>(capacity_ * 2);
        std::memcpy(larger.get(), storage_.get(), end_);
        storage_ = std::move(larger);
        capacity_ *= 2;
    }
    return {storage_.get() + end_, capacity_ - end_};
}

void read_buffer::consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_)
        begin_ = end_ = 0;
}

} // namespace evalbridge
