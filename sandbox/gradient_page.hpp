#pragma once
// Gradient's page numbers: links.pages and meta as its generic API has them.

#include "sandbox/gradient_json.hpp"
#include "sandbox/http.hpp"

#include <optional>
#include <string>

namespace evalbridge::sandbox {

struct page_asked {
    std::size_t number = 1;
    std::size_t size = 20;
    std::size_t asked_size = 20; ///< before it was cut to what one page may hold
    std::size_t first() const { return (number - 1) * size; }
};

/// Nothing for what isn't a whole number from 1 on. More than 200 a page, or than `max_page`, is cut silently.
std::optional<page_asked> read_page(const request& asked, std::optional<unsigned> max_page);
/// Puts `links` and `meta` beside the items, as the scenario wants them.
void add_page(boost::json::object& body, const page_asked& page, std::size_t total, const std::string& url,
              const gradient_shape& shape);

} // namespace evalbridge::sandbox
