#pragma once
// A vendor's answer as a Boost.JSON document, for decoders that share nothing with the adapters'. Numbers keep their
// digits, since ids may be beyond a double and raw JSON is passed on byte-true: one is a string that begins with
// `number_mark`, a byte that no string of a valid text can hold.

#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace evalbridge::oracle {

namespace json = boost::json;

inline constexpr char number_mark = '\xFF';

struct document {
    json::value root;
    bool repeats_names = false; ///< an object has a name twice: which of them is meant isn't said
};

/// Empty for what Boost.JSON refuses. A byte order mark is passed over.
std::optional<document> parse(std::string_view text);

/// The answer can't be read: what a decoder reports as malformed.
struct refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A value of an answer, or none, read with the tolerance that every vendor is given: null is absent, numbers may be
/// quoted, booleans may be 0 and 1, a text may be a number. Anything else is `refused`.
class told {
  public:
    told() = default;
    explicit told(const json::value* value) : value_(value) {}

    bool occurs() const { return value_ != nullptr; }
    bool present() const { return value_ && !value_->is_null(); }
    bool is_object() const { return value_ && value_->is_object(); }
    bool is_array() const { return value_ && value_->is_array(); }
    bool is_number() const;
    bool is_string() const { return value_ && value_->is_string() && !is_number(); }
    const json::value& value() const { return *value_; }

    told operator[](std::string_view name) const;
    /// The first of these names that occurs, null or not.
    told any(std::initializer_list<std::string_view> names) const;

    std::string text() const;
    std::optional<std::string> maybe_text() const;
    std::optional<std::string> some_text() const; ///< none for "" too
    std::int64_t integer() const;
    std::optional<std::int64_t> maybe_integer() const;
    std::optional<std::uint64_t> maybe_unsigned() const;
    std::optional<double> maybe_number() const; ///< none for NaN and the infinities as texts
    std::optional<bool> maybe_boolean() const;
    void each(const std::function<void(told)>& take) const;
    /// Its own JSON.
    json::value raw() const { return value_ ? *value_ : json::value(nullptr); }

    /// A finite number or one in quotes, of whatever notation; none for anything else.
    std::optional<double> number_if_any() const;
    /// A count of things, as far as a double counts.
    std::optional<std::int64_t> count_if_any() const;

  private:
    std::string digits() const;
    const json::value* value_ = nullptr;
};

/// Microseconds since 1970 of an ISO 8601 text; none for what isn't one or leaves the years 1 to 9999.
std::optional<std::int64_t> time_in(std::string_view text);
/// RFC 3339 with as many decimals (none, three, six) as needed.
std::string time_text(std::int64_t micros);
inline constexpr std::int64_t first_time = -62'135'596'800'000'000;  ///< year 1 begins
inline constexpr std::int64_t end_of_time = 253'402'300'800'000'000; ///< year 10000 begins

std::string folded(std::string_view text); ///< ASCII letters in lower case
json::value or_null(const std::optional<std::string>& text);
json::value or_null(const std::optional<double>& number);
json::value or_null(const std::optional<std::int64_t>& number);
json::value or_null(const std::optional<bool>& flag);

/// Empty where `written`, the JSON that we answered with, says what `expected` does: numbers of `expected` by value,
/// everything else exactly. Else where they part, and how.
std::string difference(const json::value& expected, const json::value& written);
/// The same of a text that we wrote, which must be JSON without a name twice.
std::string difference_of_text(const json::value& expected, std::string_view written);

} // namespace evalbridge::oracle
