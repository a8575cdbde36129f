#pragma once
// Reads a vendor's JSON in straight lines and on demand: a decoder asks for what it wants in any order, what it doesn't
// ask for is never built, and the first thing that was wrong sticks, with its path. Tolerant of what vendors vary (a
// number in quotes, null for absent); intolerant of what is wrong (another type, a number that isn't finite).
//
//     result<verdict> decode(json_reader in) {
//         verdict v;
//         v.result_id = in["trace_id"].string();
//         v.measured.passed = in["passed"].optional_boolean();
//         ...
//     }
//
// simdjson's first stage finds every bracket, comma, colon and the start of every value, and checks UTF-8 and that
// strings end; json_index pairs the brackets. A reader is a position in that index, so readers may be copied, kept and
// read in any order, and again. simdjson's own on-demand classes stand on the same stage but read forwards only, write
// past their string buffer when a string is read over and over, and assume without a check that a malformed text looks
// the same on a second pass (3.0.1, release builds). What nobody reads is not validated, but for its brackets.

#include "base/error.hpp"
#include "mapping/model_text.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

class json_reader;
struct json_index;

/// A parsed text that readers walk. Copies nothing: `body` must stay as it is.
class json_document {
  public:
    /// Never fails; what is wrong with the text as a whole (it is empty, it isn't UTF-8, brackets don't match,
    /// something follows the value) shows in `failed` and `finish`, and every read is empty. A byte order mark is
    /// passed over.
    explicit json_document(std::string_view body) : json_document(body, nullptr) {}
    template <std::same_as<std::string> S> explicit json_document(S&&) = delete; // would leave us without the text
    /// `texts` keeps `body`, and what readers give as a model_text borrows from there. Null: such texts own.
    json_document(std::string_view body, text_source* texts);
    json_document(const json_document&) = delete;
    json_document& operator=(const json_document&) = delete;
    ~json_document();

    json_reader root();
    /// The first fault met by any reader, as provider_malformed with its path; success when there was none.
    result<void> finish();
    bool failed() const { return failed_.has_value(); }
    /// What its readers' texts borrow from; null where they own.
    text_source* texts() const { return texts_; }

  private:
    friend class json_reader;
    static constexpr std::uint32_t none = UINT32_MAX;

    void fail(std::string path, std::string why);
    char at(std::uint32_t token) const { return body_[tokens_[token]]; }
    /// The token that ends the value which begins at `token`: its closing bracket, or itself.
    std::uint32_t end_of(std::uint32_t token) const { return ends_[token]; }
    std::string_view token(std::uint32_t index) const;
    /// A member's name; a view of the text or of `buffer`. Empty optional for an escape that JSON doesn't have.
    std::optional<std::string_view> name(std::uint32_t key, std::string& buffer) const;
    bool name_is(std::uint32_t key, std::string_view wanted) const {
        // Between the quotes a name is as long as it is, unless it has escapes, which only make it longer.
        const auto begin = tokens_[key] + 1;
        if (!wanted.empty() && body_[begin] != wanted.front() && body_[begin] != '\\')
            return false;
        const auto size = tokens_[key + 1] - begin; // closing quote, and space before the colon, included
        if (size <= wanted.size())
            return false;
        if (size > wanted.size() + 1)
            return longer_name_is(key, wanted);
        return std::memcmp(body_.data() + begin, wanted.data(), wanted.size()) == 0 &&
               wanted.find('\\') == std::string_view::npos;
    }
    bool longer_name_is(std::uint32_t key, std::string_view wanted) const;
    /// The names of an object that was asked for one that it hasn't: a decoder tries many that a vendor might use. A
    /// bit for each, by `name_bit`.
    struct known_names {
        std::uint32_t object = none;
        std::array<std::uint64_t, 2> bits{};
    };
    bool surely_lacks(std::uint32_t object, std::string_view name) const {
        const auto& known = known_[object % most_known];
        const auto bit = name_bit(name);
        return object == known.object && !(known.bits[bit / 64] >> (bit % 64) & 1);
    }
    void note_names(std::uint32_t object);
    static std::size_t name_bit(std::string_view name) {
        if (name.empty())
            return 0;
        const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
        return (name.size() * 5 + byte(name.front()) * 3 + byte(name.back()) * 11) % 128;
    }
    std::string path_of(std::uint32_t token) const;

    std::string_view body_;
    text_source* texts_;
    std::unique_ptr<json_index> index_;
    const std::uint32_t* tokens_ = nullptr; ///< the index's, once it was built
    const std::uint32_t* ends_ = nullptr;
    std::optional<error> failed_;
    static constexpr std::size_t most_known = 8; ///< an object and those in it, which are read by turns
    std::array<known_names, most_known> known_{};
};

/// Cheap to copy. Points into its document, which must outlive it.
class json_reader {
  public:
    enum class kind { absent, null, boolean, number, string, array, object };

    /// A member of an object: an absent reader when there is none, or when this is itself absent or null; a fault when
    /// this is anything else. Where a name occurs twice, either may be read.
    json_reader operator[](std::string_view key);
    /// What the first byte says; reads nothing. `absent` for everything once a fault was met.
    kind type() { return at_ == none || document_->failed() ? kind::absent : type_at(); }
    /// Neither absent nor null.
    bool present();
    bool is_object() { return type() == kind::object; }
    bool is_array() { return type() == kind::array; }

    /// The value, or a fault ("/runs/3/id: expected a string") and an empty one. Numbers take a numeric string too;
    /// integers take 3.0; booleans take 0 and 1; a string takes a number's own digits (ids are sometimes numbers).
    /// Half of a surrogate pair, which texts cut in the middle of a character have, is read as U+FFFD.
    std::string string();
    model_text text();
    std::int64_t integer();
    std::uint64_t unsigned_integer();
    double number();
    bool boolean();

    /// Empty when absent or null; a fault when it is something else.
    std::optional<std::string> optional_string();
    std::optional<std::string> nonempty_string(); ///< empty for "" too
    std::optional<model_text> optional_text();
    std::optional<model_text> nonempty_text(); ///< empty for "" too
    std::optional<std::int64_t> optional_integer();
    std::optional<std::uint64_t> optional_unsigned();
    std::optional<double> optional_number(); ///< empty for "NaN", "Infinity" and "-Infinity" too
    std::optional<bool> optional_boolean();

    /// f(json_reader&) for every element; nothing when absent or null. Stops at the first fault.
    template <class F> void each(F&& f);
    /// f(std::string_view name, json_reader&) for every member; nothing when absent or null. The name is unescaped and
    /// lives until f returns. Stops at the first fault.
    template <class F> void members(F&& f);

    /// The value's own bytes, validated whole: syntax, and depth up to `max_depth` levels (a scalar has none). A fault
    /// and "null" otherwise; "null" when absent.
    std::string raw(std::size_t max_depth = 256) { return std::string(raw_view(max_depth)); }
    model_text raw_text(std::size_t max_depth = 256);
    /// Records a fault at this value, unless there was one before. `why` reads after "<path>: ".
    void fail(std::string why);
    json_document& document() { return *document_; }

  private:
    friend class json_document;
    static constexpr std::uint32_t none = json_document::none;
    json_reader(json_document& d, std::uint32_t at, std::uint32_t parent, std::string_view key = {})
        : document_(&d), at_(at), parent_(parent), next_(at), key_(key) {}

    kind type_at();
    void expected(std::string_view what);
    std::string path() const;
    std::string_view scalar() const;
    std::optional<std::string_view> numeric_token(std::string_view what, std::string& buffer);
    template <class I> std::optional<I> read_integer(std::string_view what);
    std::optional<double> read_double(bool not_finite_is_empty);
    std::string_view raw_view(std::size_t max_depth);
    /// What `token` is as a string: its inside, or a number's digits. Empty after a fault. `escaped`: it has escapes.
    std::optional<std::string_view> string_token(bool& escaped);
    bool read_string(std::string& out);
    bool read_text(model_text& out);
    model_text given(std::string_view bytes, bool plain) const;
    /// First element, or name of the first member; `none` when there is none, this is absent or null, or on a fault.
    std::uint32_t first(kind container);
    /// What follows the value at `value` in this container.
    std::uint32_t after(kind container, std::uint32_t value);
    std::uint32_t next_name(std::uint32_t value);
    std::uint32_t check_child(kind container, std::uint32_t token);

    json_document* document_;
    std::uint32_t at_;     ///< where the value begins in the index; `none` for an absent one
    std::uint32_t parent_; ///< the container, for an absent value's path
    std::uint32_t next_;   ///< the member name at which the next look-up begins; `at_` before the first one
    std::string_view key_; ///< an absent member's name, for its path
};

template <class F> void json_reader::each(F&& f) {
    for (auto token = first(kind::array); token != none; token = after(kind::array, token)) {
        json_reader element(*document_, token, at_);
        f(element);
        if (document_->failed())
            return;
    }
}

template <class F> void json_reader::members(F&& f) {
    std::string buffer;
    for (auto key = first(kind::object); key != none; key = after(kind::object, key + 2)) {
        json_reader member(*document_, key + 2, at_);
        const auto name = document_->name(key, buffer);
        if (!name)
            return fail("a member's name has an escape that JSON doesn't have");
        f(*name, member);
        if (document_->failed())
            return;
    }
}

} // namespace evalbridge
