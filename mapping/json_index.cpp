#include "mapping/json_index.hpp"

#include "mapping/json_scalar.hpp"

#include <simdjson.h>

#include <array>

namespace evalbridge {
namespace {

/// A parser that grew beyond this goes back to the allocator rather than into the stock. Of the room for a text's
/// tokens little is ever touched, and so in memory; to have it mapped anew for each large answer costs more than to
/// index it.
constexpr std::size_t kept_capacity = 16 * 1024 * 1024;
constexpr std::size_t stock_size = 2;
constexpr std::size_t least_capacity = 16 * 1024;

std::vector<std::unique_ptr<json_index>>& stock() {
    thread_local std::vector<std::unique_ptr<json_index>> kept;
    return kept;
}

std::string describe(simdjson::error_code code) {
    switch (code) {
    case simdjson::EMPTY: return "the text is empty";
    case simdjson::UTF8_ERROR: return "the text is not valid UTF-8";
    case simdjson::UNESCAPED_CHARS: return "a string has a control character in it";
    case simdjson::UNCLOSED_STRING: return "the text ends inside a string";
    case simdjson::CAPACITY: return "the text is too large";
    default: return "the text is not JSON";
    }
}

std::string too_deep(std::size_t levels) { return "nested deeper than " + std::to_string(levels) + " levels"; }

std::string scalar_fault(std::string_view token) {
    if (token.empty())
        return "a value is missing";
    if (token.front() == '"') {
        if (token.size() < 2 || token.back() != '"')
            return "a string is followed by something else";
        return has_valid_escapes(token) ? std::string() : "a string has an escape that JSON doesn't have";
    }
    if (token == "true" || token == "false" || token == "null" || is_json_number(token))
        return {};
    return "expected a value";
}

} // namespace

json_index::json_index() = default;
json_index::~json_index() = default;

std::unique_ptr<json_index> json_index::take() {
    auto& kept = stock();
    if (kept.empty())
        return std::make_unique<json_index>();
    auto index = std::move(kept.back());
    kept.pop_back();
    return index;
}

void json_index::give_back(std::unique_ptr<json_index> index) {
    if (index->stage && index->stage->capacity() <= kept_capacity && stock().size() < stock_size)
        stock().push_back(std::move(index));
}

std::string json_index::build(std::string_view text) {
    auto fault = scan(text);
    return fault.empty() ? pair_brackets(text) : fault;
}

std::string json_index::scan(std::string_view text) {
    if (text.size() >= simdjson::SIMDJSON_MAXSIZE_BYTES)
        return describe(simdjson::CAPACITY);
    // Depth is the second stage's, which isn't run.
    auto status = simdjson::SUCCESS;
    const auto capacity = std::max(text.size() + 1, least_capacity);
    if (!stage)
        status = simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, stage);
    else if (stage->capacity() < capacity)
        status = stage->set_capacity(capacity);
    if (status == simdjson::SUCCESS)
        status = stage->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                               simdjson::stage1_mode::regular);
    if (status != simdjson::SUCCESS)
        return describe(status);
    tokens = stage->structural_indexes.get();
    count = stage->n_structural_indexes;
    return {};
}

std::string json_index::pair_brackets(std::string_view text) {
    if (text[tokens[0]] != '{' && text[tokens[0]] != '[')
        return "expected an object or an array";
    ends.resize(count);
    std::array<std::uint32_t, max_depth> open; // opening brackets without a partner yet
    std::size_t depth = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const char c = text[tokens[i]];
        const char folded = static_cast<char>(c | 0x20); // brackets and braces differ by this bit
        ends[i] = i;
        if (folded == '{') {
            if (depth == max_depth)
                return too_deep(max_depth);
            open[depth++] = i;
        } else if (folded == '}') {
            const auto opening = open[--depth];
            if (text[tokens[opening]] != c - 2) // ASCII has the closing one two further on
                return "brackets don't match at byte " + std::to_string(tokens[i]);
            ends[opening] = i;
            if (depth == 0)
                return i + 1 == count ? std::string()
                                      : "something follows the value at byte " + std::to_string(tokens[i + 1]);
        }
    }
    return "the text ends before the value does";
}

std::string json_value_fault(const json_index& index, std::string_view text, std::uint32_t first, std::uint32_t last,
                             std::size_t max_depth) {
    enum class state { value, value_or_close, name, name_or_close, colon, comma_or_close };
    std::string open; // the brackets that are open, innermost last
    auto next = state::value;
    for (auto i = first; i <= last; ++i) {
        const char c = text[index.tokens[i]];
        if (c == '}' || c == ']') {
            const bool may_close =
                next == state::comma_or_close || next == (c == '}' ? state::name_or_close : state::value_or_close);
            if (!may_close || open.empty() || open.back() != (c == '}' ? '{' : '['))
                return "a value is missing";
            open.pop_back();
            next = state::comma_or_close;
            continue;
        }
        switch (next) {
        case state::name:
        case state::name_or_close:
            if (c != '"')
                return "expected a member's name";
            if (auto fault = scalar_fault(json_token(index.tokens, text, i)); !fault.empty())
                return fault;
            next = state::colon;
            break;
        case state::colon:
            if (c != ':')
                return "expected a colon";
            next = state::value;
            break;
        case state::comma_or_close:
            if (c != ',' || open.empty())
                return "expected a comma";
            next = open.back() == '{' ? state::name : state::value;
            break;
        case state::value:
        case state::value_or_close:
            if (c == '{' || c == '[') {
                if (open.size() == max_depth)
                    return too_deep(max_depth);
                open += c;
                next = c == '{' ? state::name_or_close : state::value_or_close;
                break;
            }
            if (auto fault = scalar_fault(json_token(index.tokens, text, i)); !fault.empty())
                return fault;
            next = state::comma_or_close;
            break;
        }
    }
    return open.empty() && next == state::comma_or_close ? std::string() : "a value is missing";
}

std::string json_text_fault(std::string_view text) {
    auto index = json_index::take();
    auto fault = index->scan(text);
    if (fault.empty())
        fault = json_value_fault(*index, text, 0, index->count - 1, SIZE_MAX);
    json_index::give_back(std::move(index));
    return fault;
}

} // namespace evalbridge
