#pragma once
// Whether the rows of a page are the ones that were asked for. Neither a default nor a maximum of per_page is
// documented for the evaluation routes, so the vendor may serve smaller pages than asked; the rows of page 3 are then
// others than we think, and only their number and `meta` can tell. Pure; prompt_pages.cpp acts on it.

#include "adapters/gradient/decode.hpp"

#include <cstdint>

namespace evalbridge::gradient {

struct page_asked {
    std::uint64_t number = 1; ///< from 1
    std::uint32_t size = 1;
};

enum class page_ruling {
    as_asked,      ///< the rows begin at (number - 1) * size
    other_size,    ///< the vendor's pages have another size than asked: `size` of them; ask again
    compare_first, ///< the first page of the same size will tell
    compare_next,  ///< the next page will tell: if it has rows, this one, the first, wasn't short by itself
    beyond_end,    ///< the vendor repeats an earlier page for one that doesn't exist
    malformed,     ///< an earlier page than the one asked for, which exists
};

struct page_judgement {
    page_ruling ruling = page_ruling::as_asked;
    std::uint32_t size = 0; ///< for other_size
};

/// `meta` and links that call the page a later one than was asked for are about something else, and are let be.
/// `proven` is the largest size of which the vendor has served a full page (0: none yet).
page_judgement judge_page(const page_asked& asked, std::uint64_t rows, const list_meta& meta, std::uint32_t proven);

/// Whether a page that is as asked is the list's last: by `meta`, else by the links, else because it is short.
bool is_last_page(const page_asked& asked, std::uint64_t rows, const list_meta& meta);

} // namespace evalbridge::gradient
