#pragma once
// Room for large texts, which a thread keeps from one use to the next: to have it mapped and cleared anew by the kernel
// for each answer of a megabyte costs more than to read the answer. Small texts are the allocator's.

#include <cstddef>
#include <string>

namespace evalbridge::text_stock {

/// What a thread keeps at most: bytes of one text, bytes of all together, and how many. It was all in use before, and
/// is dropped soon after.
inline constexpr std::size_t largest_text = 8 * 1024 * 1024;
inline constexpr std::size_t most_kept = 256 * 1024 * 1024;
inline constexpr std::size_t most_texts = 256;
/// Below that a text isn't worth it.
inline constexpr std::size_t least_text = 64 * 1024;

/// From now on the calling thread keeps what is given back on it. Others keep nothing.
void keep_here();
/// An empty text with room for `size` bytes.
std::string take(std::size_t size);
/// `text` isn't needed any more.
void give_back(std::string text) noexcept;
/// Lets go of what this thread has kept since the last call and not used. To be called every few seconds.
void drop_unused() noexcept;

} // namespace evalbridge::text_stock
