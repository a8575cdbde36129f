#include "adapters/staso/reading.hpp"

#include <charconv>
#include <cmath>

namespace evalbridge::staso {
namespace {

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const bool whole = read.ec == std::errc() && read.ptr == end && std::isfinite(number);
    return whole ? std::optional(number) : std::nullopt;
}

json_reader unwrapped(json_reader in, names marks, names envelopes, int depth) {
    if (!in.is_object())
        return in;
    for (const auto mark : marks)
        if (in[mark].present())
            return in;
    if (depth > 0)
        for (const auto envelope : envelopes)
            if (auto held = in[envelope]; held.is_object())
                return unwrapped(held, marks, envelopes, depth - 1);
    return in;
}

} // namespace

json_reader first_of(json_reader& in, names candidates) {
    for (const auto name : candidates)
        if (auto found = in[name]; found.type() != json_reader::kind::absent)
            return found;
    return in[*candidates.begin()];
}

json_reader unwrapped(json_reader in, names marks, names envelopes) { return unwrapped(in, marks, envelopes, 2); }

list_place find_list(json_reader in, names candidates) {
    if (!in.is_object())
        return {in, in};
    for (const auto name : candidates)
        if (auto held = in[name]; held.is_array())
            return {held, in};
    if (auto data = in["data"]; data.is_object())
        for (const auto name : candidates)
            if (auto held = data[name]; held.is_array())
                return {held, data};
    return {first_of(in, candidates), in};
}

std::optional<timestamp> read_time(json_reader in, std::string_view member, mapping_notes& notes) {
    using kind = json_reader::kind;
    if (!in.present())
        return {};
    const auto type = in.type();
    if (type == kind::string || type == kind::number) {
        const auto text = in.text();
        if (text.empty())
            return {};
        auto at = type == kind::string ? parse_timestamp(text) : std::nullopt;
        if (!at)
            if (const auto epoch = number_in(text))
                at = timestamp_from_epoch(*epoch);
        if (at)
            return at;
    }
    notes.push_back({note_kind::lossy, member, "the vendor's time can't be read"});
    return {};
}

std::optional<std::int64_t> read_count(json_reader in) {
    const auto count = in.optional_integer();
    if (!count || *count >= 0)
        return count;
    in.fail("expected a count that isn't negative");
    return {};
}

std::optional<double> number_if_any(json_reader in) {
    const auto type = in.type();
    if (type != json_reader::kind::number && type != json_reader::kind::string)
        return {};
    return number_in(in.string());
}

std::optional<std::int64_t> count_if_any(json_reader in) {
    constexpr double exact = 9007199254740992.0; // 2^53
    const auto number = number_if_any(in);
    if (!number || *number < 0 || *number > exact || *number != std::floor(*number))
        return {};
    return static_cast<std::int64_t>(*number);
}

} // namespace evalbridge::staso
