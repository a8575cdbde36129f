#include "sandbox/city_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>

namespace evalbridge::sandbox {
namespace {

using u64 = std::uint64_t;

// The algorithm's four mixing constants, under the names its description gives them.
constexpr u64 k0 = 0xc3a5c85c97cb3127;
constexpr u64 k1 = 0xb492b66fbe98f273;
constexpr u64 k2 = 0x9ae16a3b2f90404f;
constexpr u64 k3 = 0xc949d7c7509e6557;

template <class Word> Word load(const char* at) {
    static_assert(std::endian::native == std::endian::little, "the hash is defined over little-endian words");
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

u64 word(const char* at) { return load<u64>(at); }
u64 shift_mix(u64 value) { return value ^ (value >> 47); }

u64 hash_pair(u64 low, u64 high) {
    constexpr u64 multiplier = 0x9ddfea08eb382d69;
    const u64 a = shift_mix((low ^ high) * multiplier);
    return shift_mix((high ^ a) * multiplier) * multiplier;
}

u64 hash_up_to_16(const char* s, std::size_t size) {
    if (size > 8) {
        const u64 first = word(s);
        const u64 last = word(s + size - 8);
        return hash_pair(first, std::rotr(last + size, static_cast<int>(size))) ^ last;
    }
    if (size >= 4)
        return hash_pair(size + (u64{load<std::uint32_t>(s)} << 3), load<std::uint32_t>(s + size - 4));
    if (size == 0)
        return k2;
    const auto byte = [s](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(s[at])}; };
    const std::uint32_t y = byte(0) + (byte(size >> 1) << 8);
    const std::uint32_t z = static_cast<std::uint32_t>(size) + (byte(size - 1) << 2);
    return shift_mix((y * k2) ^ (z * k3)) * k2;
}

u64 hash_17_to_32(const char* s, std::size_t size) {
    const u64 a = word(s) * k1;
    const u64 b = word(s + 8);
    const u64 c = word(s + size - 8) * k2;
    const u64 d = word(s + size - 16) * k0;
    return hash_pair(std::rotr(a - b, 43) + std::rotr(c, 30) + d, a + std::rotr(b ^ k3, 20) - c + size);
}

using u64_pair = std::pair<u64, u64>;

/// One half of the 33..64 byte hash: `seed` plus three words from `s`, closed with `last`.
u64_pair mix_half(u64 seed, const char* s, u64 last) {
    u64 a = seed;
    u64 b = std::rotr(a + last, 52);
    u64 c = std::rotr(a, 37);
    a += word(s);
    c += std::rotr(a, 7);
    a += word(s + 8);
    return {a + last, b + std::rotr(a, 31) + c};
}

u64 hash_33_to_64(const char* s, std::size_t size) {
    const u64_pair front = mix_half(word(s) + (size + word(s + size - 16)) * k0, s + 8, word(s + 24));
    const u64_pair back = mix_half(word(s + 16) + word(s + size - 32), s + size - 24, word(s + size - 8));
    const u64 r = shift_mix((front.first + back.second) * k2 + (back.first + front.second) * k0);
    return shift_mix(r * k0 + front.second) * k2;
}

u64_pair weak_hash_32(const char* s, u64 a, u64 b) {
    const u64 last = word(s + 24);
    a += word(s);
    b = std::rotr(b + a + last, 21);
    const u64 c = a;
    a += word(s + 8);
    a += word(s + 16);
    b += std::rotr(a, 44);
    return {a + last, b + c};
}

u64 hash_long(const char* s, std::size_t size) {
    u64 x = word(s);
    u64 y = word(s + size - 16) ^ k1;
    u64 z = word(s + size - 56) ^ k0;
    u64_pair v = weak_hash_32(s + size - 64, size, y);
    u64_pair w = weak_hash_32(s + size - 32, size * k1, k0);
    z += shift_mix(v.second) * k1;
    x = std::rotr(z + x, 39) * k1;
    y = std::rotr(y, 33) * k1;
    // Whole blocks of 64; the unfinished last one is already in, hashed from the end.
    for (std::size_t left = (size - 1) & ~std::size_t{63}; left != 0; left -= 64, s += 64) {
        x = std::rotr(x + y + v.first + word(s + 16), 37) * k1;
        y = std::rotr(y + v.second + word(s + 48), 42) * k1;
        x ^= w.second;
        y ^= v.first;
        z = std::rotr(z ^ w.first, 33);
        v = weak_hash_32(s, v.second * k1, x + w.first);
        w = weak_hash_32(s + 32, z + w.second, y);
        std::swap(z, x);
    }
    return hash_pair(hash_pair(v.first, w.first) + shift_mix(y) * k1 + z, hash_pair(v.second, w.second) + x);
}

} // namespace

std::uint64_t city_hash_64(std::string_view bytes) {
    if (bytes.size() <= 16)
        return hash_up_to_16(bytes.data(), bytes.size());
    if (bytes.size() <= 32)
        return hash_17_to_32(bytes.data(), bytes.size());
    if (bytes.size() <= 64)
        return hash_33_to_64(bytes.data(), bytes.size());
    return hash_long(bytes.data(), bytes.size());
}

bool is_sampled(std::string_view trace_id, int percent) {
    return city_hash_64(trace_id) % 100 < static_cast<std::uint64_t>(percent);
}

} // namespace evalbridge::sandbox
