#pragma once
// Letters without regard to case, whatever the locale.

namespace evalbridge {

/// The small letter of a capital of Latin, Greek or Cyrillic; anything else as it is. Forms of one letter, such as a
/// final sigma or a long s, become that letter.
char32_t small_letter(char32_t code);

} // namespace evalbridge
