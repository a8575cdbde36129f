#include "store/packed.hpp"

#include "base/crypto.hpp"

#include <zlib.h>

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace evalbridge {
namespace {

constexpr char as_it_is = 't';
constexpr char deflated = 'z';
constexpr std::size_t too_small_to_gain = 128;
constexpr int level = 3; // measured on verdicts: above it the time doubles for a few per cent
constexpr std::size_t size_bytes = 8;

[[noreturn]] void not_ours() { throw std::runtime_error("a packed text of the store is damaged"); }

std::string deflate_all(std::string_view text) {
    uLongf size = compressBound(text.size());
    std::string out(size_bytes + size, '\0');
    for (std::size_t i = 0; i < size_bytes; ++i)
        out[i] = static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (8 * i));
    const auto* const from = reinterpret_cast<const Bytef*>(text.data());
    auto* const to = reinterpret_cast<Bytef*>(out.data() + size_bytes);
    if (compress2(to, &size, from, text.size(), level) != Z_OK)
        throw std::bad_alloc();
    out.resize(size_bytes + size);
    return out;
}

std::string inflate_all(std::string_view bytes) {
    if (bytes.size() < size_bytes)
        not_ours();
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < size_bytes; ++i)
        size |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    // Deflate gains no more than about a thousandfold: a larger size was never written by us.
    if (size > bytes.size() * 1100 + 4096)
        not_ours();
    std::string out(size, '\0');
    uLongf got = size;
    const auto* const from = reinterpret_cast<const Bytef*>(bytes.data() + size_bytes);
    uLong used = bytes.size() - size_bytes;
    const auto done = uncompress2(reinterpret_cast<Bytef*>(out.data()), &got, from, &used);
    if (done != Z_OK || got != size || used != bytes.size() - size_bytes)
        not_ours();
    return out;
}

} // namespace

std::string pack(std::string_view text) {
    if (text.size() >= too_small_to_gain) {
        auto smaller = to_base64url(deflate_all(text));
        if (smaller.size() < text.size())
            return deflated + std::move(smaller);
    }
    return as_it_is + std::string(text);
}

std::string unpack(std::string_view packed) {
    if (packed.empty())
        not_ours();
    const auto rest = packed.substr(1);
    if (packed.front() == as_it_is)
        return std::string(rest);
    std::string bytes;
    if (packed.front() != deflated || !from_base64url(rest, bytes))
        not_ours();
    return inflate_all(bytes);
}

} // namespace evalbridge
