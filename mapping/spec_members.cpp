#include "mapping/spec_members.hpp"

#include "base/utf8.hpp"
#include "mapping/json_pointer.hpp"

#include <algorithm>
#include <cmath>

namespace evalbridge {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_id = 512;
/// Enough to mend a body by; a hostile one could have a fault every few bytes.
constexpr std::size_t most_faults = 100;

/// The text is valid UTF-8, as the parser has seen to.
std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// An integer however it is written: JSON knows no other difference between 20 and 20.0.
std::optional<std::int64_t> integer_of(const json::value& value) {
    if (value.is_int64())
        return value.get_int64();
    if (value.is_double() && std::trunc(value.get_double()) == value.get_double() &&
        std::abs(value.get_double()) < 9007199254740992.0)
        return static_cast<std::int64_t>(value.get_double());
    return {};
}

} // namespace

const json::value* spec_members::find(std::string_view key) {
    known_.push_back(key);
    return object_.if_contains(key);
}

std::string spec_members::pointer_to(std::string_view key) const { return child_pointer(pointer_, key); }

void spec_members::refuse(std::string_view key, std::string why) { refuse_at(pointer_to(key), std::move(why)); }
void spec_members::refuse_object(std::string why) { refuse_at(pointer_, std::move(why)); }

void spec_members::refuse_at(std::string pointer, std::string why) {
    if (faults_.size() < most_faults)
        faults_.push_back({std::move(pointer), std::move(why)});
}

void spec_members::refuse_others() {
    for (const auto& member : object_)
        if (std::ranges::find(known_, std::string_view(member.key())) == known_.end())
            refuse(member.key(), "unknown member");
}

void spec_members::require(std::string_view key) {
    if (!has(key))
        refuse(key, "is required");
}

std::optional<std::string> spec_members::text(std::string_view key, std::size_t longest) {
    const auto* value = find(key);
    if (!value)
        return {};
    if (!value->is_string()) {
        refuse(key, "must be a string");
        return {};
    }
    const std::string_view text = value->get_string();
    if (count_characters(text) > longest) {
        refuse(key, "must have at most " + std::to_string(longest) + " characters");
        return {};
    }
    return std::string(text);
}

std::optional<std::string> spec_members::id(std::string_view key) {
    const auto* value = find(key);
    return value ? id_of(*value, pointer_to(key)) : std::nullopt;
}

std::optional<std::string> spec_members::id_of(const json::value& value, const std::string& pointer) {
    if (!value.is_string()) {
        refuse_at(pointer, "must be a string");
        return {};
    }
    const std::string_view text = value.get_string();
    if (text.empty() || count_characters(text) > longest_id) {
        refuse_at(pointer, "must have 1 to " + std::to_string(longest_id) + " characters");
        return {};
    }
    if (!is_printable(text)) {
        refuse_at(pointer, "must not have control characters");
        return {};
    }
    return std::string(text);
}

std::optional<std::int64_t> spec_members::integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto* value = find(key);
    if (!value)
        return {};
    const auto number = integer_of(*value);
    if (!number || *number < least || *number > most) {
        refuse(key, "must be an integer from " + std::to_string(least) + " to " + std::to_string(most));
        return {};
    }
    return number;
}

std::optional<spec_members> spec_members::object(std::string_view key) {
    const auto* value = find(key);
    if (!value)
        return {};
    if (!value->is_object()) {
        refuse(key, "must be an object");
        return {};
    }
    return inside(*value, pointer_to(key));
}

void spec_members::elements(std::string_view key,
                            const std::function<void(const json::value&, const std::string&)>& f) {
    const auto* value = find(key);
    if (!value)
        return;
    if (!value->is_array())
        return refuse(key, "must be an array");
    const auto pointer = pointer_to(key);
    std::size_t position = 0;
    for (const auto& element : value->get_array())
        f(element, child_pointer(pointer, std::to_string(position++)));
}

void spec_members::each(const std::function<void(std::string_view, const json::value&)>& f) {
    for (const auto& member : object_)
        f(member.key(), member.value());
}

} // namespace evalbridge
