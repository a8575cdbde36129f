#include "mapping/run_tag.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

constexpr std::string_view place = "{id}";
constexpr std::size_t id_digits = 20;
constexpr std::size_t longest_pattern = 64;

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_id_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

error not_a_pattern(std::string why) { return error(errc::invalid_request).because(std::move(why)); }

std::string_view without_end_spaces(std::string_view text) {
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

} // namespace

run_tag_format::run_tag_format() : pattern_("[eb-{id}]"), before_("[eb-"), after_("]") {}

result<run_tag_format> run_tag_format::parse(std::string_view pattern) {
    run_tag_format out;
    out.pattern_ = pattern;
    out.before_.clear();
    out.after_.clear();
    if (pattern.empty())
        return out;
    const auto at = pattern.find(place);
    if (at == std::string_view::npos || pattern.find(place, at + 1) != std::string_view::npos)
        return not_a_pattern("must hold {id} once");
    out.before_ = pattern.substr(0, at);
    out.after_ = pattern.substr(at + place.size());
    const bool printable = std::ranges::all_of(pattern, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (!printable || pattern.size() > longest_pattern)
        return not_a_pattern("must be at most 64 printable ASCII characters");
    if (out.before_.empty() || is_alnum(out.before_.back()) || (!out.after_.empty() && is_alnum(out.after_.front())))
        return not_a_pattern("needs something before {id}, and no letter or digit right beside it");
    return out;
}

std::optional<std::string> run_tag_format::tag_of(std::string_view create_id) const {
    if (empty())
        return {};
    return before_ + std::string(create_id) + after_;
}

run_tag_format::split_name run_tag_format::split(std::string_view name) const {
    split_name out;
    out.name = std::string(name);
    if (empty())
        return out;
    for (auto at = name.rfind(before_); at != std::string_view::npos;
         at = at > 0 ? name.rfind(before_, at - 1) : std::string_view::npos) {
        const auto id = name.substr(at + before_.size(), id_digits);
        const auto rest = name.substr(at + before_.size() + id.size());
        if (id.size() < id_digits || !std::ranges::all_of(id, is_id_digit) || !rest.starts_with(after_))
            continue;
        auto kept = std::string(without_end_spaces(name.substr(0, at))) + std::string(rest.substr(after_.size()));
        out.create_id = std::string(id);
        out.name = kept.empty() ? std::optional<std::string>() : std::optional(std::move(kept));
        return out;
    }
    return out;
}

std::string tagged_name(std::string_view name, const std::optional<std::string>& tag, std::size_t longest) {
    if (!tag)
        return std::string(name);
    const auto room = longest > tag->size() + 1 ? longest - tag->size() - 1 : 0;
    auto kept = name.substr(0, room);
    // Not in the midst of a character.
    while (kept.size() < name.size() && !kept.empty() && (static_cast<unsigned char>(name[kept.size()]) & 0xc0) == 0x80)
        kept.remove_suffix(1);
    kept = without_end_spaces(kept);
    return kept.empty() ? *tag : std::string(kept) + " " + *tag;
}

void take_tag_off(run& r, const run_tag_format& tags) {
    if (!r.name)
        return;
    auto split = tags.split(*r.name);
    if (!split.create_id)
        return;
    r.name = std::move(split.name);
    r.create_id = std::move(split.create_id);
    r.mapping.push_back({note_kind::derived, "name", "our tag was taken off"});
}

} // namespace evalbridge
