#pragma once
// Choices from a fuzzer's bytes, as long as there are any, then from a generator that their hash seeds; or from a seed
// alone. The same bytes, or seed, choose the same.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <random>
#include <string_view>

namespace evalbridge::oracle {

class choices {
  public:
    explicit choices(std::uint64_t seed) : random_(seed) {}
    explicit choices(std::string_view bytes) : bytes_(bytes), random_(std::hash<std::string_view>()(bytes)) {}

    std::uint64_t any() {
        if (bytes_.empty())
            return random_();
        std::uint64_t out = 0;
        for (int i = 0; i < 2 && !bytes_.empty(); ++i, bytes_.remove_prefix(1))
            out = out << 8 | static_cast<unsigned char>(bytes_.front());
        return out;
    }
    std::uint64_t below(std::uint64_t end) { return any() % end; }
    bool one_in(std::uint64_t many) { return below(many) == 0; }
    std::string_view of(std::initializer_list<std::string_view> those) { return those.begin()[below(those.size())]; }

  private:
    std::string_view bytes_;
    std::mt19937_64 random_;
};

} // namespace evalbridge::oracle
