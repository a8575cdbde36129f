#include "base/text_stock.hpp"

#include <utility>
#include <vector>

namespace evalbridge::text_stock {
namespace {

struct kept_text {
    std::string room;
    bool unused = false; ///< since `drop_unused` saw it
};

struct stock {
    bool open = false;
    std::size_t bytes = 0;
    std::vector<kept_text> texts; ///< what came last is at the end
};

stock& here() {
    thread_local stock kept;
    return kept;
}

/// The smallest that is large enough; of several, what came last, which is in the processor's cache.
std::vector<kept_text>::iterator best_for(std::size_t size, std::vector<kept_text>& texts) {
    auto best = texts.end();
    for (auto at = texts.begin(); at != texts.end(); ++at)
        if (at->room.capacity() >= size && (best == texts.end() || at->room.capacity() <= best->room.capacity()))
            best = at;
    return best;
}

} // namespace

void keep_here() {
    here().texts.reserve(most_texts); // so that `give_back` doesn't throw
    here().open = true;
}

std::string take(std::size_t size) {
    std::string out;
    auto& kept = here();
    if (const auto best = size < least_text ? kept.texts.end() : best_for(size, kept.texts); best != kept.texts.end()) {
        out = std::move(best->room);
        kept.bytes -= out.capacity();
        kept.texts.erase(best);
    }
    out.reserve(size);
    return out;
}

void give_back(std::string text) noexcept {
    auto& kept = here();
    const auto size = text.capacity();
    if (!kept.open || size < least_text || size > largest_text || kept.bytes + size > most_kept ||
        kept.texts.size() == most_texts)
        return;
    text.clear();
    kept.bytes += size;
    kept.texts.push_back({std::move(text)});
}

void drop_unused() noexcept {
    auto& kept = here();
    std::erase_if(kept.texts, [&](const kept_text& each) {
        kept.bytes -= each.unused ? each.room.capacity() : 0;
        return each.unused;
    });
    for (auto& each : kept.texts)
        each.unused = true;
}

} // namespace evalbridge::text_stock
