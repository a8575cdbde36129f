#pragma once
// Bytes that come in one order and go out in another: several streams in one file that has no name, so that nothing
// of it is left behind, however the process ends.

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

struct spool_options {
    std::string folder = "/tmp";
    std::uint64_t max_bytes = std::uint64_t{4} << 30;
};

/// Holds up to 1 MiB in memory. Its writes go to the system's cache; on a disk that is busier than that is large they
/// hold up the shard.
class spool {
  public:
    explicit spool(const spool_options& options) : options_(options) {}
    ~spool();
    spool(const spool&) = delete;
    spool& operator=(const spool&) = delete;

    /// A stream's number; from 0.
    std::size_t add_stream();
    /// Errors: overloaded, where the folder can't be written, is full, or `max_bytes` are reached.
    result<void> append(std::size_t stream, std::string_view bytes);
    /// Appends what comes next of the stream to `out`: some of it, nothing at its end. Errors: internal, where it can't
    /// be read.
    result<void> read(std::size_t stream, std::string& out);

  private:
    struct stretch {
        std::uint64_t at = 0;
        std::uint64_t size = 0;
    };
    struct stream {
        std::vector<stretch> written;
        std::string held; ///< not written yet
        std::size_t next = 0;
    };
    result<void> write_held();
    result<void> open();

    spool_options options_;
    int file_ = -1;
    std::uint64_t size_ = 0;
    std::size_t held_ = 0;
    std::vector<stream> streams_;
};

} // namespace evalbridge
