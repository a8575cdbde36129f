#pragma once
// Reads a list's query parameters strictly and collects everything that is wrong with them.

#include "mapping/page_request.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

template <class E> struct word {
    std::string_view text;
    E value;
};

class query_reader {
  public:
    explicit query_reader(query_parameters query) : query_(query) {}

    void fault(std::string_view name, std::string detail) {
        faults_.push_back({std::string(name), std::move(detail), "query"});
    }
    bool has(std::string_view name) const;
    bool has_any(std::initializer_list<std::string_view> names) const;

    // Empty where there is none; with a fault where it is given more than once or isn't what it has to be.
    const std::string* value(std::string_view name);
    std::optional<std::uint64_t> number(std::string_view name, std::uint64_t min, std::uint64_t max);
    template <class E, std::size_t N> std::optional<E> one_of(std::string_view name, const word<E> (&words)[N]) {
        const auto* text = value(name);
        if (!text)
            return {};
        std::string allowed;
        for (const auto& each : words) {
            if (each.text == *text)
                return each.value;
            allowed.append(allowed.empty() ? "" : ", ").append(each.text);
        }
        fault(name, "must be one of: " + allowed);
        return {};
    }
    std::optional<bool> boolean(std::string_view name);
    /// 1 to max_filter_text bytes without control characters.
    std::optional<std::string> text(std::string_view name);
    /// The comma-separated values of `include`, sorted, each once.
    std::optional<std::vector<std::string>> include(const std::vector<std::string_view>& allowed);
    query_parameters all() const { return query_; }

    bool failed() const { return !faults_.empty(); }
    error take_error() &&;
    void add(const error& e) { faults_.insert(faults_.end(), e.faults().begin(), e.faults().end()); }

  private:
    query_parameters query_;
    std::vector<input_fault> faults_;
};

/// What was asked for of the three styles of paging; empty where it wasn't, or was wrong.
struct asked_page {
    std::optional<std::uint64_t> limit, offset, page, per_page;
    const std::string* cursor = nullptr;
};
/// With a fault for styles that are mixed.
asked_page read_page(query_reader& in);

/// Where a walk without a cursor begins.
struct page_start {
    paging_style style = paging_style::offset;
    std::uint32_t limit = default_limit;
    std::uint64_t offset = 0;
};
page_start start_of(const asked_page& asked, query_reader& in);

/// A parameter that is sent along with a cursor must say what the cursor was made for.
template <class Given, class Bound>
void must_equal(query_reader& in, std::string_view name, const Given& given, const Bound& bound) {
    if (given && *given != bound)
        in.fault(name, "differs from what the cursor was made for: leave it out, or start again without a cursor");
}

} // namespace evalbridge
