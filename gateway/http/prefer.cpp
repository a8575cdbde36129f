#include "gateway/http/prefer.hpp"

#include "base/http_grammar.hpp"
#include "gateway/http/router.hpp"
#include "mapping/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge {
namespace {

// What stands before the next `mark` that isn't inside a quoted string; `rest` is what follows it.
std::string_view cut(std::string_view& rest, char mark) {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < rest.size() && (quoted || rest[at] != mark); ++at) {
        if (rest[at] == '"')
            quoted = !quoted;
        else if (quoted && rest[at] == '\\')
            ++at;
    }
    at = std::min(at, rest.size());
    const auto head = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return head;
}

std::optional<std::chrono::seconds> seconds_of(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    unsigned seconds = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (failed != std::errc() || end != value.data() + value.size())
        return {};
    return std::chrono::seconds(seconds);
}

} // namespace

std::optional<std::chrono::seconds> parse_preferred_wait(std::string_view prefer) {
    while (!prefer.empty()) {
        auto preference = cut(prefer, ',');
        auto pair = cut(preference, ';'); // parameters of a preference aren't ours
        const auto name = trim_whitespace(cut(pair, '='));
        if (equal_folded(name, "wait"))
            return seconds_of(trim_whitespace(pair));
    }
    return {};
}

std::optional<std::chrono::seconds> preferred_wait(const std::vector<std::pair<std::string, std::string>>& fields) {
    for (const auto& [name, value] : fields)
        if (name == "prefer")
            if (const auto wait = parse_preferred_wait(value))
                return wait;
    return {};
}

route_load load_of(const route_options& options, const std::vector<query_parameter>& query,
                   const std::vector<std::pair<std::string, std::string>>& fields) {
    if (!options.waits_if_query)
        return options.load;
    // A wait of nothing is none: it would take work in by another door.
    const bool asked = std::ranges::any_of(query, [&](const query_parameter& each) {
        return each.name == options.waits_if_query && each.value.find_first_of("123456789") != std::string::npos;
    });
    const auto preferred = preferred_wait(fields);
    return asked || (preferred && preferred->count() > 0) ? route_load::waiting : options.load;
}

} // namespace evalbridge
