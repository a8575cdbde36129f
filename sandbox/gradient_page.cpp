#include "sandbox/gradient_page.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t most_per_page = 200;        // the vendor's generic API
constexpr std::size_t most_pages = 1'000'000'000; // keeps arithmetic far from overflow

bool read(const request& asked, std::string_view name, std::size_t& out) {
    const auto text = asked.query_value(name);
    if (!text)
        return true;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), out);
    return failure == std::errc() && end == text->data() + text->size() && out >= 1 && out <= most_pages;
}

} // namespace

std::optional<page_asked> read_page(const request& asked, std::optional<unsigned> max_page) {
    page_asked page;
    if (!read(asked, "page", page.number) || !read(asked, "per_page", page.asked_size))
        return std::nullopt;
    page.size = std::min({page.asked_size, most_per_page, std::size_t{max_page.value_or(most_per_page)}});
    return page;
}

void add_page(json::object& body, const page_asked& page, std::size_t total, const std::string& url,
              const gradient_shape& shape) {
    const std::size_t pages = (total + page.size - 1) / page.size;
    const auto link = [&](std::size_t number) {
        return url + "?page=" + std::to_string(number) + "&per_page=" + std::to_string(page.asked_size);
    };
    if (shape.asked.links != "missing") {
        json::object links = {{"first", link(1)}};
        if (page.number > 1)
            links[shape.asked.links == "prev" ? "prev" : "previous"] = link(page.number - 1);
        if (page.number < pages)
            links["next"] = link(page.number + 1);
        if (pages > 1)
            links["last"] = link(pages);
        body["links"] = {{"pages", std::move(links)}};
    }
    if (shape.asked.meta == "missing")
        return;
    json::object meta = {{"page", shape.signed_64(static_cast<std::int64_t>(page.number))}};
    if (shape.asked.meta == "full") {
        meta["pages"] = shape.signed_64(static_cast<std::int64_t>(pages));
        meta["total"] = shape.signed_64(static_cast<std::int64_t>(total));
    }
    body["meta"] = std::move(meta);
}

} // namespace evalbridge::sandbox
