#include "sandbox/gzip.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>

#include <cstdint>
#include <stdexcept>

namespace evalbridge::sandbox {
namespace {

namespace zlib = boost::beast::zlib;

void append_little_endian(std::string& out, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(number >> shift & 0xff);
}

} // namespace

std::string to_gzip(std::string_view plain) {
    constexpr char head[] = "\x1f\x8b\x08\0\0\0\0\0\0\xff";
    constexpr std::size_t head_size = sizeof head - 1;
    zlib::deflate_stream deflate;
    std::string out(head, head_size);
    out.resize(head_size + deflate.upper_bound(plain.size()) + 16);
    zlib::z_params at{};
    at.next_in = plain.data();
    at.avail_in = plain.size();
    at.next_out = out.data() + head_size;
    at.avail_out = out.size() - head_size;
    boost::system::error_code ended;
    deflate.write(at, zlib::Flush::finish, ended);
    if (ended != zlib::error::end_of_stream)
        throw std::logic_error("can't pack an answer: " + ended.message());
    out.resize(out.size() - at.avail_out);

    boost::crc_32_type sum;
    sum.process_bytes(plain.data(), plain.size());
    append_little_endian(out, sum.checksum());
    append_little_endian(out, static_cast<std::uint32_t>(plain.size()));
    return out;
}

} // namespace evalbridge::sandbox
