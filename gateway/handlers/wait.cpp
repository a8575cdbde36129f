#include "gateway/handlers/wait.hpp"

#include "gateway/http/prefer.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t a_day = 24ULL * 3600 * 1000;

struct unit_row {
    std::string_view word;
    std::uint64_t milliseconds;
};

constexpr unit_row units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};

std::string in_words(milliseconds time) {
    const auto count = static_cast<std::uint64_t>(time.count());
    return count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms";
}

} // namespace

std::optional<milliseconds> parse_wait(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc())
        return {};
    const auto word = text.substr(static_cast<std::size_t>(end - text.data()));
    const auto unit = std::ranges::find(units, word, &unit_row::word);
    if (unit == std::end(units) || number > a_day / unit->milliseconds)
        return {};
    return milliseconds(number * unit->milliseconds);
}

result<std::optional<asked_wait>> read_wait(const request_context& request, milliseconds longest) {
    std::optional<asked_wait> asked;
    for (const auto& parameter : request.query) {
        if (parameter.name != "wait")
            continue;
        const auto time = parse_wait(parameter.value);
        std::string fault;
        if (asked)
            fault = "is given twice";
        else if (!time)
            fault = "must be a time such as 30s, 500ms or 1m, or a whole number of seconds";
        else if (*time > longest)
            fault = "must be at most " + in_words(longest);
        if (!fault.empty())
            return error(errc::invalid_request)
                .because("A query parameter is not valid.")
                .fault("wait", std::move(fault), "query");
        asked = asked_wait{*time, false};
    }
    if (asked)
        return asked;
    if (const auto preferred = preferred_wait(request.fields))
        asked = asked_wait{std::min<milliseconds>(*preferred, longest), true};
    return asked;
}

} // namespace evalbridge
