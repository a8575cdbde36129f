#pragma once
// A run's verdicts, page after page in the vendor's order. The vendor documents `limit` and `offset` but neither a
// total nor whether it may serve fewer rows than asked for, so a short page alone doesn't end the list.

#include "adapters/staso/client.hpp"
#include "adapters/staso/decode.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge::staso {

/// Whether a page was the last one. `shown_to_serve` is the largest page that this vendor account ever served: a page
/// that is short and smaller than that is short because the list ended; any other short page may be the server's own
/// limit. A total that isn't smaller than what was read decides alone.
bool ends_list(std::uint64_t read_through, std::uint32_t asked, std::size_t received, std::size_t shown_to_serve,
               std::optional<std::uint64_t> total);

class verdict_walk {
  public:
    struct source {
        client& vendor;
        const options& settings;
        decode_context context;
        std::string native_id;
        std::optional<bool> passed; ///< the vendor's own filter
        std::size_t& shown_to_serve;
    };
    /// Consecutive rows; `rows[i]` stands at `offset + i` of the vendor's list.
    struct piece {
        std::vector<verdict> rows;
        std::shared_ptr<const text_source> texts; ///< what the rows borrow from, where they do
        std::uint64_t offset = 0;
        std::vector<bool> repeated; ///< rows that this walk has met before; empty when none
        bool is_repeated(std::size_t row) const { return !repeated.empty() && repeated[row]; }
    };

    /// As `needed`: a caller that counts what it reads, so that no row may come twice, however few answers it takes.
    static constexpr std::uint64_t whole_list = UINT64_MAX;

    /// `rows`: whether their texts borrow from their answer, which suits who passes them on whole, or own, for who
    /// keeps few of many.
    enum class texts { owned, borrowed };

    verdict_walk(const source& from, std::uint64_t offset, texts rows = texts::owned)
        : from_(from), texts_(rows), offset_(offset), first_(offset) {}

    /// The next `limit` rows or fewer, none at the end. A caller that won't ask again once it has `needed` new rows
    /// says so, which saves remembering them.
    boost::asio::awaitable<result<piece>> next(std::uint32_t limit, std::uint64_t needed, const call& c);

    bool ended() const { return ended_; }
    std::uint64_t rows_read() const { return offset_ - first_; }
    std::uint64_t rows_repeated() const { return repeated_; }
    /// As the vendor tells it, unless what was read contradicts it.
    std::optional<std::uint64_t> total() const { return total_; }

  private:
    result<piece> take(verdict_rows&& answer, std::uint32_t asked, std::uint64_t needed);
    std::size_t mark_repeated(piece& read);

    source from_;
    texts texts_;
    std::uint64_t offset_;
    std::uint64_t first_;
    std::uint64_t repeated_ = 0;
    std::optional<std::uint64_t> total_;
    bool ended_ = false;
    /// Hashes of the ids of verdicts, the vendor's natural key: a list may be read whole. That any two of ten million
    /// rows share one has odds of 1 to 370,000.
    boost::unordered_flat_set<std::uint64_t> met_;
};

} // namespace evalbridge::staso
