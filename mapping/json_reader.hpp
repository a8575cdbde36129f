#pragma once
// Reads a vendor's JSON in straight lines, over simdjson's on-demand parser: a decoder asks for what it wants in any
// order, and the first thing that was wrong sticks, with its path. Tolerant of what vendors vary (a number in quotes,
// null for absent); intolerant of what is wrong (another type, a number that isn't finite).
//
//     result<verdict> decode(json_reader in) {
//         verdict v;
//         v.result_id = in["trace_id"].string();
//         v.measured.passed = in["passed"].optional_boolean();
//         ...
//     }
//
// One value is read at a time: read a child to its end before asking its parent for the next. `in["a"]["b"]` doesn't
// compile; name the object first, since a reader points at its parent for its path.

#include "base/error.hpp"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

class json_reader;

/// A parsed text that readers walk. Owns a copy of nothing: `body` must stay, and is read up to
/// simdjson::SIMDJSON_PADDING bytes past its end, so it must be a std::string (its capacity is raised where needed).
class json_document {
  public:
    /// Errors: none yet; what is wrong with the text shows in `finish`, since the parser works on demand.
    explicit json_document(std::string& body);
    json_document(const json_document&) = delete;
    json_document& operator=(const json_document&) = delete;

    json_reader root();
    /// The first fault met by any reader, as provider_malformed with its path; success when there was none and the
    /// text ended where the value did.
    result<void> finish();
    bool failed() const { return failed_.has_value(); }

  private:
    friend class json_reader;
    void fail(const json_reader* at, std::string_view key, std::string why);

    simdjson::ondemand::parser parser_;
    simdjson::ondemand::document document_;
    std::optional<error> failed_;
};

class json_reader {
  public:
    enum class kind { absent, null, boolean, number, string, array, object };

    /// A member of an object; an absent reader when there is none or this isn't an object's reader (which is a fault
    /// unless this is absent itself).
    json_reader operator[](std::string_view key) &;
    kind type();
    /// Neither absent nor null.
    bool present();
    bool is_object() { return type() == kind::object; }
    bool is_array() { return type() == kind::array; }

    /// The value, or a fault ("/runs/3/id: expected a string") and an empty one. Numbers take a numeric string too;
    /// booleans take 0 and 1; a string takes a number's own digits (ids are sometimes numbers).
    std::string string();
    std::int64_t integer();
    std::uint64_t unsigned_integer();
    double number();
    bool boolean();

    /// Empty when absent or null; a fault when it is something else.
    std::optional<std::string> optional_string();
    std::optional<std::string> nonempty_string(); ///< empty for "" too
    std::optional<std::int64_t> optional_integer();
    std::optional<std::uint64_t> optional_unsigned();
    std::optional<double> optional_number(); ///< empty for "NaN", "Infinity" and "-Infinity" too
    std::optional<bool> optional_boolean();

    /// f(json_reader&) for every element; nothing when absent or null. Stops at the first fault.
    template <class F> void each(F&& f);
    /// f(std::string_view name, json_reader&) for every member; nothing when absent or null.
    template <class F> void members(F&& f);

    /// The value's own bytes, validated whole (on-demand doesn't validate what it skips): syntax, depth up to
    /// `max_depth`. A fault and "null" otherwise. Consumes the value.
    std::string raw(std::size_t max_depth = 256);
    void fail(std::string why);
    json_document& document() { return *document_; }

  private:
    friend class json_document;
    json_reader(json_document& d, const json_reader* parent, std::string_view key)
        : document_(&d), parent_(parent), key_(key) {}
    void expected(std::string_view what);
    std::string path() const;

    json_document* document_;
    const json_reader* parent_;
    std::string_view key_;
    std::int64_t index_ = -1; ///< position in an array, where there is no key
    bool has_value_ = false;
    simdjson::ondemand::value value_;
    std::optional<simdjson::ondemand::object> object_;
    std::optional<kind> kind_;
};

} // namespace evalbridge
