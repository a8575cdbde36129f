#include "gateway/http/gzip.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <new>
#include <stdexcept>
#include <utility>

#include <zlib.h>

namespace evalbridge {
namespace {

/// The fastest: rows of a run repeat themselves, so it makes a tenth of them already, and what packs for one client
/// holds up the others of the shard.
constexpr int level = 1;
constexpr int gzip_window = 15 + 16; ///< the largest window, with gzip's head and trailer
constexpr int usual_memory = 8;
constexpr std::size_t room_at_once = 16 * 1024;

class deflater {
  public:
    deflater() {
        if (deflateInit2(&stream_, level, Z_DEFLATED, gzip_window, usual_memory, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    deflater(const deflater&) = delete;
    deflater& operator=(const deflater&) = delete;
    ~deflater() { deflateEnd(&stream_); }

    void pack(std::string& bytes, int flush, std::string& out) {
        stream_.next_in = reinterpret_cast<Bytef*>(bytes.data());
        stream_.avail_in = static_cast<uInt>(bytes.size());
        do {
            stream_.next_out = room_.data();
            stream_.avail_out = static_cast<uInt>(room_.size());
            if (deflate(&stream_, flush) == Z_STREAM_ERROR)
                throw std::logic_error("a packed body's state was broken");
            out.append(reinterpret_cast<const char*>(room_.data()), room_.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

  private:
    z_stream stream_{};
    std::array<Bytef, room_at_once> room_;
};

class gzipped_body final : public body_source {
  public:
    explicit gzipped_body(std::shared_ptr<body_source> plain) : plain_(std::move(plain)) {}

    boost::asio::awaitable<bool> next(std::string& out) override {
        bytes_.clear();
        auto task = plain_->next(bytes_);
        const bool more = co_await std::move(task);
        const bool ends = !more && !plain_->broken();
        if (ends || !bytes_.empty()) // flushing nothing would be a piece that says nothing
            packed_.pack(bytes_, ends ? Z_FINISH : Z_SYNC_FLUSH, out);
        co_return more;
    }
    bool broken() const override { return plain_->broken(); }

  private:
    std::shared_ptr<body_source> plain_; ///< shared as every source is
    deflater packed_;
    std::string bytes_;
};

} // namespace

std::shared_ptr<body_source> gzipped(std::shared_ptr<body_source> plain) {
    return std::make_shared<gzipped_body>(std::move(plain));
}

} // namespace evalbridge
