#pragma once
// Everything that looks random in the sandbox is a hash of the seed and of what it is for, so that two sandboxes with
// one seed that are asked the same things give the same answers.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace evalbridge::sandbox {

/// A well-mixed hash of the seed and the texts, in order; ("ab","c") and ("a","bc") differ.
std::uint64_t mix(std::uint64_t seed, std::initializer_list<std::string_view> texts);
/// The same as a fraction in [0, 1).
double fraction(std::uint64_t seed, std::initializer_list<std::string_view> texts);

enum class uuid_style {
    random,    ///< version 4, as Staso's ids look
    time_based ///< ....-11ef-...., as Gradient's look in its samples
};
std::string make_uuid(std::uint64_t seed, std::string_view kind, std::uint64_t number, uuid_style style);

/// For probabilities: a sequence of fractions that follows from the seed.
class dice {
  public:
    explicit dice(std::uint64_t seed) : state_(seed) {}
    double roll();

  private:
    std::uint64_t state_;
};

} // namespace evalbridge::sandbox
