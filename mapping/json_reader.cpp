#include "mapping/json_reader.hpp"

#include "mapping/json_index.hpp"
#include "mapping/json_pointer.hpp"
#include "mapping/json_scalar.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace evalbridge {
namespace {

/// By a value's first byte; `absent` for what begins none.
constexpr auto kinds = [] {
    using kind = json_reader::kind;
    std::array<kind, 256> table{};
    table['{'] = kind::object;
    table['['] = kind::array;
    table['"'] = kind::string;
    table['t'] = table['f'] = kind::boolean;
    table['n'] = kind::null;
    table['-'] = kind::number;
    for (unsigned char digit = '0'; digit <= '9'; ++digit)
        table[digit] = kind::number;
    return table;
}();
static_assert(kinds[0] == json_reader::kind::absent);

constexpr bool is_separator(char c) { return c == ',' || c == ':' || c == ']' || c == '}'; }

} // namespace

json_reader::kind json_reader::type_at() {
    const auto k = kinds[static_cast<unsigned char>(document_->at(at_))];
    if (k == kind::absent)
        fail("expected a value");
    return k;
}

bool json_reader::present() {
    const auto k = type();
    if (k == kind::null && scalar() != "null") {
        fail("expected a value");
        return false;
    }
    return k != kind::absent && k != kind::null;
}

// `after` for an object, with the usual case in one look.
inline std::uint32_t json_reader::next_name(std::uint32_t value) {
    const char* text = document_->body_.data();
    const auto* tokens = document_->tokens_;
    const auto comma = document_->end_of(value) + 1;
    if (comma + 3 < document_->end_of(at_) && text[tokens[comma]] == ',' && text[tokens[comma + 1]] == '"' &&
        text[tokens[comma + 2]] == ':' && !is_separator(text[tokens[comma + 3]]))
        return comma + 1;
    return after(kind::object, value);
}

json_reader json_reader::operator[](std::string_view key) {
    if (at_ == none || document_->failed())
        return {*document_, none, parent_, key_};
    if (document_->at(at_) != '{') {
        if (present())
            expected("an object");
        return {*document_, none, at_, key};
    }
    if (document_->surely_lacks(at_, key))
        return {*document_, none, at_, key};
    // From where the last look-up ended to the end, then from the start to there.
    const auto begin = next_ == at_ ? first(kind::object) : next_;
    for (auto name = begin; name != none;) {
        const auto following = next_name(name + 2);
        if (document_->name_is(name, key)) {
            if (following != none)
                next_ = following;
            return {*document_, name + 2, at_, key};
        }
        name = following;
    }
    if (begin != at_ + 1 && !document_->failed())
        for (auto name = first(kind::object); name != begin && name != none; name = next_name(name + 2))
            if (document_->name_is(name, key)) {
                next_ = next_name(name + 2);
                return {*document_, name + 2, at_, key};
            }
    if (!document_->failed())
        document_->note_names(at_);
    return {*document_, none, at_, key};
}

std::uint32_t json_reader::first(kind container) {
    if (!present())
        return none;
    if (type() != container) {
        expected(container == kind::array ? "an array" : "an object");
        return none;
    }
    return at_ + 1 == document_->end_of(at_) ? none : check_child(container, at_ + 1);
}

std::uint32_t json_reader::after(kind container, std::uint32_t value) {
    const auto follows = document_->end_of(value) + 1;
    if (follows == document_->end_of(at_))
        return none;
    if (document_->at(follows) != ',') {
        fail(container == kind::array ? "expected a comma between elements" : "expected a comma between members");
        return none;
    }
    return check_child(container, follows + 1);
}

// A value that is a comma, colon or closing bracket is refused here, so that `after` never steps out of the container.
std::uint32_t json_reader::check_child(kind container, std::uint32_t token) {
    const auto close = document_->end_of(at_);
    auto value = token;
    if (container == kind::object) {
        value = token + 2;
        if (value >= close || document_->at(token) != '"' || document_->at(token + 1) != ':') {
            fail("expected a member's name and value");
            return none;
        }
    }
    if (value >= close || is_separator(document_->at(value))) {
        fail("a value is missing");
        return none;
    }
    return token;
}

void json_reader::fail(std::string why) {
    if (!document_->failed())
        document_->fail(path(), std::move(why));
}

void json_reader::expected(std::string_view what) {
    fail("expected " + std::string(what) + (at_ == none ? ", but it is missing" : ""));
}

std::string json_reader::path() const {
    if (at_ != none)
        return document_->path_of(at_);
    return child_pointer(document_->path_of(parent_), key_);
}

std::string_view json_reader::scalar() const { return document_->token(at_); }

std::string_view json_reader::raw_view(std::size_t max_depth) {
    if (type() == kind::absent)
        return "null";
    const auto last = document_->end_of(at_);
    auto fault = json_value_fault(*document_->index_, document_->body_, at_, last, max_depth);
    if (!fault.empty()) {
        fail(std::move(fault));
        return "null";
    }
    if (!is_object() && !is_array())
        return scalar();
    const auto* tokens = document_->tokens_;
    return document_->body_.substr(tokens[at_], tokens[last] + 1 - tokens[at_]);
}

} // namespace evalbridge
