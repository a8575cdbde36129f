#include "adapters/gradient/page_ruling.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge::gradient {
namespace {

std::uint64_t pages_for(std::uint64_t total, std::uint64_t size) { return total / size + (total % size ? 1 : 0); }

page_judgement size_is(std::uint64_t size) {
    const auto most = std::numeric_limits<std::uint32_t>::max();
    return {page_ruling::other_size, static_cast<std::uint32_t>(std::min<std::uint64_t>(size, most))};
}

/// A short page, where `meta` has the total.
page_judgement judge_by_total(const page_asked& asked, std::uint64_t rows, std::uint64_t total,
                              const std::optional<std::uint64_t>& pages) {
    const auto before = (asked.number - 1) * asked.size;
    const auto expected = total > before ? std::min<std::uint64_t>(asked.size, total - before) : 0;
    const bool pages_fit =
        !pages || *pages == std::max<std::uint64_t>(pages_for(total, asked.size), 1) || (total == 0 && *pages == 0);
    if (asked.number == 1)
        return rows < expected ? size_is(rows) : page_judgement{};
    if (rows == expected && pages && pages_fit)
        return {};
    if (pages && asked.number < *pages)
        return size_is(rows);
    if (pages && asked.number == *pages && (total - std::min(total, rows)) % (asked.number - 1) == 0)
        if (const auto size = (total - std::min(total, rows)) / (asked.number - 1); size >= rows && size < asked.size)
            return size_is(size);
    return {page_ruling::compare_first};
}

list_meta believable(const page_asked& asked, const list_meta& meta) {
    return meta.page && *meta.page > asked.number ? list_meta{} : meta;
}

} // namespace

page_judgement judge_page(const page_asked& asked, std::uint64_t rows, const list_meta& told, std::uint32_t proven) {
    const auto meta = believable(asked, told);
    if (meta.page && *meta.page < asked.number && *meta.page != 0 && rows > 0) {
        const bool turned_back = meta.pages && *meta.pages < asked.number;
        return {turned_back ? page_ruling::beyond_end : page_ruling::malformed};
    }
    if (rows > asked.size)
        return size_is(rows);
    // No page is empty before the end, whatever its size; a full one has the size asked for.
    if (rows == 0 || rows == asked.size || asked.size <= proven)
        return {};
    if (meta.total && *meta.total >= rows)
        return judge_by_total(asked, rows, *meta.total, meta.pages);
    if (meta.has_next == true)
        return size_is(rows);
    if (asked.number > 1)
        return {page_ruling::compare_first};
    const bool told_last = meta.has_next || (meta.pages && *meta.pages <= 1);
    return {told_last ? page_ruling::as_asked : page_ruling::compare_next};
}

bool is_last_page(const page_asked& asked, std::uint64_t rows, const list_meta& told) {
    const auto meta = believable(asked, told);
    if (rows == 0)
        return true;
    if (meta.pages && *meta.pages > asked.number)
        return false;
    const auto through = (asked.number - 1) * asked.size + rows;
    if (meta.total && *meta.total >= rows)
        return through >= *meta.total;
    if (meta.pages && *meta.pages > 0)
        return true;
    if (meta.has_next)
        return !*meta.has_next;
    return rows < asked.size;
}

} // namespace evalbridge::gradient
