#include "sandbox/ids.hpp"

#include <cstdio>

namespace evalbridge::sandbox {
namespace {

/// SplitMix64's finisher.
std::uint64_t scramble(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

double to_fraction(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

} // namespace

std::uint64_t mix(std::uint64_t seed, std::initializer_list<std::string_view> texts) {
    std::uint64_t state = scramble(seed);
    for (const auto text : texts) {
        for (const char c : text)
            state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3; // FNV-1a's step
        state = scramble(state + text.size());
    }
    return state;
}

double fraction(std::uint64_t seed, std::initializer_list<std::string_view> texts) {
    return to_fraction(mix(seed, texts));
}

std::string make_uuid(std::uint64_t seed, std::string_view kind, std::uint64_t number, uuid_style style) {
    const std::uint64_t high = mix(seed ^ scramble(number), {kind, "high"});
    const std::uint64_t low = mix(seed ^ scramble(number), {kind, "low"});
    const unsigned version = style == uuid_style::random ? 0x4000u | (high & 0xfff) : 0x11efu;
    char text[37];
    std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                  static_cast<unsigned>(high >> 16 & 0xffff), version,
                  static_cast<unsigned>(0x8000 | (low >> 48 & 0x3fff)),
                  static_cast<unsigned long long>(low & 0xffffffffffff));
    return text;
}

double dice::roll() { return to_fraction(scramble(state_++)); }

} // namespace evalbridge::sandbox
