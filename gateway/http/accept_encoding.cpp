#include "gateway/http/accept_encoding.hpp"

#include "base/http_grammar.hpp"
#include "mapping/ascii.hpp"

#include <algorithm>
#include <optional>

namespace evalbridge {
namespace {

/// What stands before the next `mark`; `rest` is what follows it.
std::string_view cut(std::string_view& rest, char mark) {
    const auto at = std::min(rest.find(mark), rest.size());
    const auto head = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return trim_whitespace(head);
}

/// Thousandths: `0`, `0.5`, `1.000` (RFC 9110, section 12.4.2). Empty for anything else.
std::optional<int> weight_of(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.'))
        return {};
    int thousandths = (text[0] - '0') * 1000;
    int step = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9')
            return {};
        thousandths += (digit - '0') * step;
        step /= 10;
    }
    return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

struct weights {
    std::optional<int> gzip, identity, any;
};

void read_list(std::string_view list, weights& into) {
    while (!list.empty()) {
        auto element = cut(list, ',');
        const auto coding = cut(element, ';');
        std::optional<int> weight = 1000;
        while (!element.empty()) {
            auto parameter = cut(element, ';');
            const auto name = cut(parameter, '=');
            if (equal_folded(name, "q"))
                weight = weight_of(trim_whitespace(parameter));
        }
        if (!weight)
            continue;
        if (equal_folded(coding, "gzip") || equal_folded(coding, "x-gzip"))
            into.gzip = weight;
        else if (equal_folded(coding, "identity"))
            into.identity = weight;
        else if (coding == "*")
            into.any = weight;
    }
}

} // namespace

bool wants_gzip(const std::vector<std::pair<std::string, std::string>>& fields) {
    weights given;
    for (const auto& [name, value] : fields)
        if (name == "accept-encoding")
            read_list(value, given);
    const int gzip = given.gzip ? *given.gzip : given.any.value_or(0);
    return gzip > 0 && gzip >= given.identity.value_or(0);
}

} // namespace evalbridge
