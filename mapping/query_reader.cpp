#include "mapping/query_reader.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// "a, b, c"
std::string listed(const std::vector<std::string_view>& words) {
    std::string out;
    for (const auto each : words)
        out.append(out.empty() ? "" : ", ").append(each);
    return out;
}

void refuse_mixed_styles(query_reader& in) {
    const bool by_cursor = in.has("cursor");
    if (by_cursor && in.has("offset"))
        in.fault("offset", "can't be combined with cursor: the cursor says where to go on");
    if (!by_cursor && !in.has_any({"limit", "offset"}))
        return;
    for (const auto name : {"page", "per_page"})
        if (in.has(name))
            in.fault(name, by_cursor ? "can't be combined with cursor: the cursor says where to go on"
                                     : "can't be combined with limit and offset: choose one style of paging");
}

} // namespace

bool query_reader::has(std::string_view name) const {
    return std::ranges::any_of(query_, [&](auto& p) { return p.first == name; });
}

bool query_reader::has_any(std::initializer_list<std::string_view> names) const {
    return std::ranges::any_of(names, [&](auto name) { return has(name); });
}

const std::string* query_reader::value(std::string_view name) {
    const auto is_it = [&](const auto& parameter) { return parameter.first == name; };
    const auto first = std::ranges::find_if(query_, is_it);
    if (first == query_.end())
        return nullptr;
    if (std::any_of(first + 1, query_.end(), is_it)) {
        fault(name, "is given more than once");
        return nullptr;
    }
    return &first->second;
}

std::optional<std::uint64_t> query_reader::number(std::string_view name, std::uint64_t min, std::uint64_t max) {
    const auto* text = value(name);
    if (!text)
        return {};
    std::uint64_t number = 0;
    const auto* end = text->data() + text->size();
    // from_chars for an unsigned type takes digits alone: no sign, no space, no base.
    const auto [stop, failure] = std::from_chars(text->data(), end, number);
    if (failure != std::errc{} || stop != end || number < min || number > max) {
        fault(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
        return {};
    }
    return number;
}

std::optional<bool> query_reader::boolean(std::string_view name) {
    constexpr word<bool> words[] = {{"true", true}, {"false", false}};
    return one_of(name, words);
}

std::optional<std::string> query_reader::text(std::string_view name) {
    const auto* text = value(name);
    if (!text)
        return {};
    if (!text->empty() && text->size() <= max_filter_text && std::ranges::none_of(*text, is_control))
        return *text;
    fault(name, "must be 1 to " + std::to_string(max_filter_text) + " bytes without control characters");
    return {};
}

std::optional<std::vector<std::string>> query_reader::include(const std::vector<std::string_view>& allowed) {
    const auto* text = value("include");
    if (!text)
        return {};
    std::vector<std::string> names;
    for (std::size_t from = 0; from <= text->size();) {
        const auto comma = std::min(text->find(',', from), text->size());
        names.push_back(text->substr(from, comma - from));
        from = comma + 1;
    }
    if (!std::ranges::all_of(names, [&](auto& name) { return std::ranges::count(allowed, name) > 0; })) {
        fault("include", allowed.empty() ? "is not taken by this list"
                                         : "must be one or more of: " + listed(allowed) + ", separated by commas");
        return {};
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

error query_reader::take_error() && {
    return error(errc::invalid_request)
        .because("The list can't be asked for like this; `errors` says which parameters are wrong.")
        .faults(std::move(faults_));
}

asked_page read_page(query_reader& in) {
    refuse_mixed_styles(in);
    asked_page out;
    out.limit = in.number("limit", 1, max_limit);
    out.offset = in.number("offset", 0, max_offset);
    out.page = in.number("page", 1, max_offset + 1);
    out.per_page = in.number("per_page", 1, max_limit);
    out.cursor = in.value("cursor");
    return out;
}

page_start start_of(const asked_page& asked, query_reader& in) {
    const bool numbered = in.has_any({"page", "per_page"});
    page_start out;
    out.style = numbered ? paging_style::number : paging_style::offset;
    out.limit = static_cast<std::uint32_t>((numbered ? asked.per_page : asked.limit).value_or(default_limit));
    out.offset = asked.offset.value_or(0);
    if (numbered) {
        const auto before = asked.page.value_or(1) - 1;
        if (before > max_offset / out.limit)
            in.fault("page", "is too far on: page x per_page may not go beyond " + std::to_string(max_offset));
        else
            out.offset = before * out.limit;
    }
    return out;
}

} // namespace evalbridge
