#pragma once
// The pieces that several unified objects share, read back from what mapping/write_parts.cpp wrote. Strict where
// json_reader is tolerant of vendors: every member is there, and of the type that is written.

#include "mapping/json_reader.hpp"
#include "mapping/run_result.hpp"

#include <limits>
#include <utility>

namespace evalbridge::detail {

model_text written_text(json_reader in);
std::optional<model_text> written_text_or_null(json_reader in);
bool written_boolean(json_reader in);
std::optional<bool> written_boolean_or_null(json_reader in);
double written_number(json_reader in);
std::optional<double> written_number_or_null(json_reader in);
std::optional<timestamp> written_time(json_reader in);
/// Any JSON, byte-true; null stays empty.
std::optional<model_text> written_json(json_reader in);

/// An integer within I.
template <class I> I written_integer(json_reader in) {
    if (in.type() != json_reader::kind::number) {
        in.fail("expected an integer");
        return 0;
    }
    if constexpr (std::is_same_v<I, std::uint64_t>) {
        return in.unsigned_integer();
    } else {
        const auto number = in.integer();
        if (!std::in_range<I>(number))
            in.fail("expected a smaller integer");
        return static_cast<I>(number);
    }
}
template <class I> std::optional<I> written_integer_or_null(json_reader in) {
    return in.type() == json_reader::kind::null ? std::nullopt : std::optional(written_integer<I>(in));
}

/// The one of `values` whose `name_of` is the text.
template <class E, std::size_t n> E written_word(json_reader in, const E (&values)[n]) {
    const auto text = written_text(in);
    for (const auto value : values)
        if (name_of(value) == text)
            return value;
    in.fail("expected another word than this");
    return values[0];
}

metric_ref read_metric(json_reader in);
value_type read_value_type(json_reader in);
score_direction read_direction(json_reader in);
/// Reads the members of a measurement that stand in the object itself, `mapping` and `raw` included.
measurement read_measurement(json_reader in);
/// The object's `mapping` and `raw` members.
void read_making(json_reader in, mapping_notes& notes, std::optional<model_text>& raw);
std::vector<chunk> read_chunks(json_reader in);
verdict read_verdict(json_reader in);

/// The object, or the first fault as an internal error with its place.
template <class T> result<T> finish_reading(json_document& document, T&& object) {
    if (const auto read = document.finish(); !read)
        return error(errc::internal).because("what the store holds can't be read: " + read.error().detail());
    return std::forward<T>(object);
}

/// The text's one object, read by `members`; the errors of `finish_reading`. Its texts borrow from `texts`, which keeps
/// `json`; null: they own.
template <class T>
result<T> read_whole(std::string_view json, T (*members)(json_reader), text_source* texts = nullptr) {
    json_document document(json, texts);
    auto object = members(document.root());
    return finish_reading(document, std::move(object));
}

} // namespace evalbridge::detail
