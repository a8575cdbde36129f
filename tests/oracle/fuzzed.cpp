#include "tests/oracle/fuzzed.hpp"

#include <algorithm>

namespace evalbridge::oracle {

std::string damaged(std::string body, choices& from) {
    for (auto n = from.below(3) + 1; n > 0; --n) {
        const auto at = from.below(body.size() + 1);
        const auto piece = from.of({"",      "null",
                                    "{}",    "[]",
                                    "\"\"",  "0",
                                    "1",     "-",
                                    ",",     ":",
                                    "\"",    "}",
                                    "]",     "\\",
                                    "true",  "\"a\":",
                                    "\\u12", "\\ud83d",
                                    "1e5",   ".5",
                                    "\xC3",  "\xEF\xBB\xBF",
                                    " ",     "99999999999999999999"});
        const auto over = std::min<std::size_t>(from.below(5), body.size() - at);
        body.replace(at, over, piece);
    }
    return body;
}

std::string fuzzed_body(std::string_view bytes, const std::function<std::string(random_json&, unsigned kind)>& make) {
    if (bytes.empty() || bytes.front() == '{' || bytes.front() == '[' || bytes.front() == '\xEF')
        return std::string(bytes);
    const auto how = static_cast<unsigned char>(bytes.front());
    choices from(bytes.substr(1));
    random_json any(from, how % 4 == 0);
    auto body = make(any, how / 4 % 16);
    return how >= 192 ? damaged(std::move(body), from) : body;
}

} // namespace evalbridge::oracle
