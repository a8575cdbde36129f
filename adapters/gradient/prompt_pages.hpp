#pragma once
// A run's prompts by their position in the vendor's list, whatever sizes its pages really have.

#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/exchange.hpp"
#include "adapters/gradient/page_ruling.hpp"

#include <optional>

namespace evalbridge::gradient {

/// What has been learnt of the vendor's page sizes; kept by the provider across answers.
struct page_sizes {
    std::uint32_t at_most = 1; ///< larger pages are cut by the vendor, or not wanted by us
    std::uint32_t exact = 0;   ///< pages have this size whatever is asked for; 0: they don't
    std::uint32_t proven = 0;  ///< a full page of this size was served
};

struct placed_page {
    results_page content;
    std::uint64_t first = 0; ///< position of its first prompt
    std::uint64_t next = 0;  ///< where the page after it begins
    bool last = false;

    std::uint64_t end() const { return first + content.prompts.size(); }
};

class prompt_pages {
  public:
    /// Whether the texts of prompts borrow from their answer, which suits who passes them on whole, or own, for who
    /// keeps few of many.
    enum class texts { owned, borrowed };

    /// All references outlive it. One for one answer.
    prompt_pages(const connection& context, run_identity which, const prompt_options& what, page_sizes& learnt,
                 const call& c, texts prompts = texts::owned)
        : context_(context), which_(which), what_(what), texts_(prompts), learnt_(learnt), sizes_(learnt), call_(c) {}

    /// The page that holds the position, of `size` prompts or of what the vendor makes of it. Costs one call, and a few
    /// more once, where the vendor's pages are smaller than asked. Errors: those of any read; provider_malformed where
    /// the vendor repeats pages or keeps changing their size.
    boost::asio::awaitable<result<placed_page>> at(std::uint64_t position, std::uint32_t size);

    /// The size that pages have when this one is asked for.
    std::uint32_t real_size(std::uint32_t size) const;

  private:
    boost::asio::awaitable<result<results_page>> fetch(page_asked asked);
    bool is_doubtful(const page_asked& asked, const results_page& content) const;
    void learn(std::uint32_t size, const page_asked& asked, bool certain);
    void confirm();
    result<placed_page> place(page_asked asked, results_page content, bool last);

    const connection& context_;
    run_identity which_;
    const prompt_options& what_;
    texts texts_;
    page_sizes& learnt_;
    page_sizes sizes_; ///< what this answer goes by: becomes `learnt_` once a later page has borne it out
    const call& call_;
    std::optional<std::size_t> last_shown_; ///< what the page before was like
};

} // namespace evalbridge::gradient
