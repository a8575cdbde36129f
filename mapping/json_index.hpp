#pragma once
// Where everything of a JSON text stands: the tokens that simdjson's first stage finds, and each bracket's partner.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace evalbridge {

struct json_index {
    static constexpr std::size_t max_depth = 1024;

    /// From a small per-thread stock, since its buffers cost more to get than a small text to index.
    static std::unique_ptr<json_index> take();
    static void give_back(std::unique_ptr<json_index> index);

    json_index();
    ~json_index();

    /// Empty when the text is one object or array whose brackets match, in UTF-8, with every string ended and no
    /// control character inside one; else what is wrong. What stands between the brackets is not looked at.
    std::string build(std::string_view text);
    /// The tokens alone, of any text, without their partners. Empty, or what is wrong.
    std::string scan(std::string_view text);

    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
    const std::uint32_t* tokens = nullptr; ///< offsets; one more than `count`, the last being the text's size
    std::uint32_t count = 0;
    std::vector<std::uint32_t> ends; ///< for an opening bracket, its closing one; for any other token itself

  private:
    std::string pair_brackets(std::string_view text);
};

/// What is wrong with the tokens [first, last] as one JSON value nested at most `max_depth` deep; empty when nothing.
/// `index` was built from `text`.
std::string json_value_fault(const json_index& index, std::string_view text, std::uint32_t first, std::uint32_t last,
                             std::size_t max_depth);

/// What is wrong with a whole text as JSON (RFC 8259), however deep; empty when nothing. Texts that are not UTF-8, or
/// begin with a byte order mark, are wrong; half a surrogate pair, written as an escape, isn't.
std::string json_text_fault(std::string_view text);

/// The token that begins at `token`, without the whitespace that follows it.
inline std::string_view json_token(const std::uint32_t* tokens, std::string_view text, std::uint32_t token) {
    const auto begin = tokens[token];
    auto end = tokens[token + 1];
    while (end > begin + 1 &&
           (text[end - 1] == ' ' || text[end - 1] == '\n' || text[end - 1] == '\r' || text[end - 1] == '\t'))
        --end;
    return {text.data() + begin, end - begin};
}

} // namespace evalbridge
