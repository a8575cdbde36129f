#include "tests/oracle/answer.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace evalbridge::oracle {
namespace {

/// What Boost.JSON's parser calls: builds values, numbers from their digits.
class builder {
  public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using failure = json::error_code;
    using view = json::string_view;

    bool on_document_begin(failure&) { return true; }
    bool on_document_end(failure&) { return true; }
    bool on_object_begin(failure&) { return open(json::object()); }
    bool on_object_end(std::size_t, failure&) { return close(); }
    bool on_array_begin(failure&) { return open(json::array()); }
    bool on_array_end(std::size_t, failure&) { return close(); }
    bool on_key_part(view part, std::size_t, failure&) { return gather(part); }
    bool on_key(view part, std::size_t, failure&) {
        gather(part);
        open_.back().key = std::exchange(text_, {});
        return true;
    }
    bool on_string_part(view part, std::size_t, failure&) { return gather(part); }
    bool on_string(view part, std::size_t, failure&) {
        gather(part);
        return add(json::value(std::exchange(text_, {})));
    }
    bool on_number_part(view part, failure&) { return gather(part); }
    bool on_int64(std::int64_t, view part, failure&) { return number(part); }
    bool on_uint64(std::uint64_t, view part, failure&) { return number(part); }
    bool on_double(double, view part, failure&) { return number(part); }
    bool on_bool(bool value, failure&) { return add(json::value(value)); }
    bool on_null(failure&) { return add(json::value(nullptr)); }
    bool on_comment_part(view, failure&) { return true; }
    bool on_comment(view, failure&) { return true; }

    document take() { return {std::move(root_), repeats_names_}; }

  private:
    struct container {
        json::value value;
        std::string key;
    };
    bool gather(view part) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool number(view part) {
        gather(part);
        text_.insert(text_.begin(), number_mark);
        return add(json::value(std::exchange(text_, {})));
    }
    bool open(json::value empty) {
        open_.push_back({std::move(empty), {}});
        return true;
    }
    bool close() {
        auto done = std::move(open_.back().value);
        open_.pop_back();
        return add(std::move(done));
    }
    bool add(json::value value) {
        if (open_.empty())
            root_ = std::move(value);
        else if (auto& in = open_.back(); in.value.is_array())
            in.value.get_array().push_back(std::move(value));
        else
            repeats_names_ = !in.value.get_object().emplace(in.key, std::move(value)).second || repeats_names_;
        return true;
    }

    std::vector<container> open_;
    std::string text_;
    json::value root_;
    bool repeats_names_ = false;
};

/// The number that JSON's grammar has in these digits.
std::optional<double> double_of(const std::string& digits) { return std::strtod(digits.c_str(), nullptr); }

bool is_number_text(std::string_view text) {
    const auto read = parse(text);
    return read && told(&read->root).is_number() && text.find_first_of(" \t\r\n\xEF") == text.npos;
}

bool is_whole(const std::string& digits) { return digits.find_first_of(".eE") == std::string::npos; }

constexpr double exact = 9007199254740992.0; // 2^53

template <class I> I integer_in(const std::string& digits) {
    if (is_whole(digits)) {
        I value = 0;
        if (digits == "-0")
            return 0;
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (failed != std::errc() || end != digits.data() + digits.size())
            throw refused("an integer out of range");
        return value;
    }
    const auto value = double_of(digits).value();
    if (!(std::abs(value) <= exact) || value != std::floor(value) || (std::is_unsigned_v<I> && value < 0))
        throw refused("not an integer");
    return static_cast<I>(value);
}

} // namespace

std::optional<document> parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    json::parse_options options;
    options.max_depth = 2000;
    json::basic_parser<builder> parser(options);
    json::error_code failed;
    const auto used = parser.write_some(false, text.data(), text.size(), failed);
    if (failed || used != text.size() || !parser.done())
        return {};
    return parser.handler().take();
}

bool told::is_number() const {
    return value_ && value_->is_string() && !value_->get_string().empty() &&
           value_->get_string().front() == number_mark;
}

told told::operator[](std::string_view name) const {
    if (!present())
        return {};
    if (!is_object())
        throw refused("no object where " + std::string(name) + " is looked for");
    return told(value_->get_object().if_contains(name));
}

told told::any(std::initializer_list<std::string_view> names) const {
    for (const auto name : names)
        if (const auto found = (*this)[name]; found.occurs())
            return found;
    return {};
}

std::string told::text() const {
    if (!value_ || !value_->is_string())
        throw refused("no text");
    const std::string text(value_->get_string().c_str(), value_->get_string().size());
    return is_number() ? text.substr(1) : text;
}

std::optional<std::string> told::maybe_text() const { return present() ? std::optional(text()) : std::nullopt; }

std::optional<std::string> told::some_text() const {
    auto out = maybe_text();
    return out && out->empty() ? std::nullopt : out;
}

/// Of a number, quoted or not, in JSON's notation.
std::string told::digits() const {
    auto out = text();
    if (!is_number() && !is_number_text(out))
        throw refused("no number");
    return out;
}

std::int64_t told::integer() const { return integer_in<std::int64_t>(digits()); }

std::optional<std::int64_t> told::maybe_integer() const { return present() ? std::optional(integer()) : std::nullopt; }

std::optional<std::uint64_t> told::maybe_unsigned() const {
    return present() ? std::optional(integer_in<std::uint64_t>(digits())) : std::nullopt;
}

std::optional<double> told::maybe_number() const {
    if (!present())
        return {};
    if (is_string())
        for (const auto* word : {"NaN", "Infinity", "-Infinity"})
            if (text() == word)
                return {};
    const auto number = double_of(digits());
    if (!std::isfinite(*number))
        throw refused("a number that isn't finite");
    return number;
}

std::optional<bool> told::maybe_boolean() const {
    if (!present())
        return {};
    if (value_->is_bool())
        return value_->get_bool();
    if (!is_number() || (text() != "0" && text() != "1"))
        throw refused("no boolean");
    return text() == "1";
}

void told::each(const std::function<void(told)>& take) const {
    if (!present())
        return;
    if (!is_array())
        throw refused("no array");
    for (const auto& element : value_->get_array())
        take(told(&element));
}

std::optional<double> told::number_if_any() const {
    if (!is_number() && !is_string())
        return {};
    const auto text = this->text();
    // [-] digits [. digits] [e [sign] digits], with digits on one side of the point at least.
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const auto begin = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at - begin;
    };
    auto many = digits();
    if (at < text.size() && text[at] == '.') {
        ++at;
        many += digits();
    }
    if (many == 0)
        return {};
    const auto mantissa = text.substr(0, at);
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-'))
            ++at;
        if (digits() == 0)
            return {};
    }
    if (at != text.size())
        return {};
    const auto number = std::strtod(text.c_str(), nullptr);
    const bool vanished = number == 0 && mantissa.find_first_of("123456789") != std::string::npos;
    return std::isfinite(number) && !vanished ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> told::count_if_any() const {
    const auto number = number_if_any();
    if (!number || *number < 0 || *number > exact || *number != std::trunc(*number))
        return {};
    return static_cast<std::int64_t>(*number);
}

std::string folded(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

json::value or_null(const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(nullptr); }
json::value or_null(const std::optional<double>& number) {
    return number && std::isfinite(*number) ? json::value(*number) : json::value(nullptr);
}
json::value or_null(const std::optional<std::int64_t>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}
json::value or_null(const std::optional<bool>& flag) { return flag ? json::value(*flag) : json::value(nullptr); }

} // namespace evalbridge::oracle
