#include "upstream/answer_fields.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

bool is_same_field_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

answer_fields::answer_fields(std::initializer_list<field> all) {
    for (const auto& each : all)
        add(each.name, each.value);
}

void answer_fields::reserve(std::size_t fields, std::size_t bytes) {
    places_.reserve(places_.size() + fields);
    text_.reserve(text_.size() + bytes);
}

void answer_fields::add(std::string_view name, std::string_view value) {
    const auto here = [this] { return static_cast<std::uint32_t>(text_.size()); };
    place added{here(), 0, 0};
    text_ += name;
    added.value = here();
    text_ += value;
    added.end = here();
    places_.push_back(added);
}

std::optional<std::string_view> answer_fields::find(std::string_view name) const {
    for (const auto each : *this)
        if (is_same_field_name(each.name, name))
            return each.value;
    return std::nullopt;
}

std::size_t answer_fields::capacity() const {
    static const std::size_t inside = std::string().capacity();
    return places_.capacity() * sizeof(place) + (text_.capacity() > inside ? text_.capacity() + 1 : 0);
}

} // namespace evalbridge
