#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace evalbridge {
namespace {

constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr unsigned char not_base64url = 0x80;
constexpr auto base64url_values = [] {
    std::array<unsigned char, 256> table{};
    table.fill(not_base64url);
    for (std::size_t i = 0; i < base64url_alphabet.size(); ++i)
        table[static_cast<unsigned char>(base64url_alphabet[i])] = static_cast<unsigned char>(i);
    return table;
}();

} // namespace

sha256_digest sha256(std::string_view bytes) {
    sha256_digest digest;
    unsigned int size = 0;
    // EVP_sha256() would be looked up among the providers at each call.
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1)
        throw std::runtime_error("EVP_Digest failed");
    return digest;
}

sha256_digest hmac_sha256(std::string_view key, std::string_view bytes) {
    sha256_digest digest;
    unsigned int size = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &size))
        throw std::runtime_error("HMAC failed");
    return digest;
}

bool equal_in_constant_time(std::span<const unsigned char> a, std::span<const unsigned char> b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string to_base64url(std::string_view bytes) {
    std::string out((bytes.size() * 4 + 2) / 3, '\0');
    auto* to = out.data();
    unsigned int held = 0;
    int bits = 0;
    for (const char c : bytes) {
        held = (held << 8) | static_cast<unsigned char>(c);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            *to++ = base64url_alphabet[(held >> bits) & 63];
        }
    }
    if (bits > 0)
        *to = base64url_alphabet[(held << (6 - bits)) & 63];
    return out;
}

bool from_base64url(std::string_view text, std::string& out) {
    out.resize(text.size() * 3 / 4);
    auto* to = out.data();
    const auto value_at = [&](std::size_t i) -> unsigned int {
        return base64url_values[static_cast<unsigned char>(text[i])];
    };
    unsigned int seen = 0;
    std::size_t at = 0;
    for (; at + 4 <= text.size(); at += 4) {
        const unsigned int quad[] = {value_at(at), value_at(at + 1), value_at(at + 2), value_at(at + 3)};
        seen |= quad[0] | quad[1] | quad[2] | quad[3];
        const auto three = quad[0] << 18 | quad[1] << 12 | quad[2] << 6 | quad[3];
        *to++ = static_cast<char>(three >> 16 & 255);
        *to++ = static_cast<char>(three >> 8 & 255);
        *to++ = static_cast<char>(three & 255);
    }
    unsigned int held = 0;
    int bits = 0;
    for (; at < text.size(); ++at) {
        seen |= value_at(at);
        held = (held << 6) | (value_at(at) & 63);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *to++ = static_cast<char>((held >> bits) & 255);
        }
    }
    // What is left over must be the zero padding that the encoder adds, or two texts would mean the same bytes.
    const bool good = seen < not_base64url && bits < 6 && (held & ((1u << bits) - 1)) == 0;
    if (!good)
        out.clear();
    return good;
}

void fill_random(std::span<unsigned char> out) {
    if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1)
        throw std::runtime_error("no randomness from the system");
}

} // namespace evalbridge
