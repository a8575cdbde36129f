// What json_reader reads of single values: texts, numbers, booleans.

#include "mapping/json_reader.hpp"
#include "mapping/json_scalar.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace evalbridge {
namespace {

constexpr std::string_view not_finite[] = {"NaN", "Infinity", "-Infinity"};

} // namespace

std::optional<std::string_view> json_reader::string_token(bool& escaped) {
    const auto k = type();
    const auto token = k == kind::absent ? std::string_view() : scalar();
    escaped = false;
    if (k == kind::number && is_json_number(token))
        return token; // byte-true: an id may be beyond 2^53
    if (k != kind::string || token.size() < 2 || token.back() != '"') {
        expected("a string");
        return {};
    }
    const auto inside = token.substr(1, token.size() - 2);
    escaped = inside.find('\\') != std::string_view::npos;
    return inside;
}

bool json_reader::read_string(std::string& out) {
    bool escaped = false;
    const auto inside = string_token(escaped);
    if (!inside)
        return false;
    if (!escaped) {
        out = *inside;
        return true;
    }
    if (append_unescaped(out, *inside))
        return true;
    out.clear();
    fail("a string has an escape that JSON doesn't have");
    return false;
}

// The first stage has checked that the text is UTF-8 and that no string has a control character in it.
bool json_reader::read_text(model_text& out) {
    bool escaped = false;
    const auto inside = string_token(escaped);
    if (!inside)
        return false;
    if (!escaped) {
        out = given(*inside, true);
        return true;
    }
    std::string unescaped;
    if (append_unescaped(unescaped, *inside)) {
        out = document_->texts_ ? document_->texts_->keep(unescaped) : model_text(unescaped);
        return true;
    }
    fail("a string has an escape that JSON doesn't have");
    return false;
}

model_text json_reader::given(std::string_view bytes, bool plain) const {
    auto borrowed = model_text::borrowed(bytes, plain);
    return document_->texts_ ? std::move(borrowed) : model_text(std::as_const(borrowed));
}

model_text json_reader::raw_text(std::size_t max_depth) { return given(raw_view(max_depth), false); }

model_text json_reader::text() {
    model_text out;
    read_text(out);
    return out;
}

std::optional<model_text> json_reader::optional_text() {
    std::optional<model_text> out;
    if (present() && !read_text(out.emplace()))
        out.reset();
    return out;
}

std::optional<model_text> json_reader::nonempty_text() {
    auto out = optional_text();
    if (out && out->empty())
        out.reset();
    return out;
}

std::string json_reader::string() {
    std::string out;
    read_string(out);
    return out;
}

std::optional<std::string> json_reader::optional_string() {
    std::optional<std::string> out;
    if (present() && !read_string(out.emplace()))
        out.reset();
    return out;
}

std::optional<std::string> json_reader::nonempty_string() {
    auto out = optional_string();
    if (out && out->empty())
        out.reset();
    return out;
}

std::optional<std::string_view> json_reader::numeric_token(std::string_view what, std::string& buffer) {
    const auto k = type();
    auto token = k == kind::number ? scalar() : std::string_view();
    if (k == kind::string) {
        if (!read_string(buffer))
            return {};
        token = buffer;
    }
    if (is_json_number(token))
        return token;
    expected(what);
    return {};
}

template <class I> std::optional<I> json_reader::read_integer(std::string_view what) {
    std::string buffer;
    const auto token = numeric_token(what, buffer);
    if (!token)
        return {};
    const auto value = json_integer_value<I>(*token);
    if (!value)
        expected(what);
    return value;
}

std::int64_t json_reader::integer() { return read_integer<std::int64_t>("an integer").value_or(0); }

std::uint64_t json_reader::unsigned_integer() {
    return read_integer<std::uint64_t>("an integer that isn't negative").value_or(0);
}

std::optional<std::int64_t> json_reader::optional_integer() {
    return present() ? read_integer<std::int64_t>("an integer") : std::nullopt;
}

std::optional<std::uint64_t> json_reader::optional_unsigned() {
    return present() ? read_integer<std::uint64_t>("an integer that isn't negative") : std::nullopt;
}

std::optional<double> json_reader::read_double(bool not_finite_is_empty) {
    if (not_finite_is_empty && type() == kind::string) {
        const auto word = text();
        if (std::ranges::find(not_finite, word.view()) != std::end(not_finite))
            return {};
    }
    std::string buffer;
    const auto token = numeric_token("a number", buffer);
    if (!token)
        return {};
    const auto value = json_number_value(*token);
    if (!value)
        expected("a finite number");
    return value;
}

double json_reader::number() { return read_double(false).value_or(0); }
std::optional<double> json_reader::optional_number() { return present() ? read_double(true) : std::nullopt; }

bool json_reader::boolean() {
    const auto k = type();
    const auto token = k == kind::boolean || k == kind::number ? scalar() : std::string_view();
    if (token == "true" || token == "1")
        return true;
    if (token != "false" && token != "0")
        expected("a boolean");
    return false;
}

std::optional<bool> json_reader::optional_boolean() { return present() ? std::optional(boolean()) : std::nullopt; }

} // namespace evalbridge
