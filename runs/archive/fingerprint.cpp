#include "runs/archive/archiver.hpp"

#include "base/crypto.hpp"
#include "mapping/json_writer.hpp"

namespace evalbridge {
namespace {

/// Goes up when the adapters, or the rules of mapping/, make something else of the same answer than they did.
constexpr std::int64_t derivation = 1;

void write_traits(json_writer& out, const metric_traits& traits) {
    out.string(name_of(traits.direction)).string_or_null(traits.unit);
    out.begin_array();
    if (traits.range)
        out.number(traits.range->min).number(traits.range->max);
    out.end_array().begin_array();
    if (traits.threshold) {
        out.number_or_null(traits.threshold->value);
        for (const auto& text : traits.threshold->passing_texts)
            out.string(text);
    }
    out.end_array();
}

} // namespace

std::string fingerprint_of(const metric_dictionary& dictionary) {
    std::string text;
    json_writer out(text);
    out.begin_array().integer(derivation);
    for (const auto& each : dictionary.definitions()) {
        out.begin_array().string(each.name);
        if (each.kind)
            out.string(name_of(*each.kind));
        else
            out.null();
        write_traits(out, each.traits);
        for (const auto& [vendor, names] : each.native) {
            out.begin_array().string(vendor);
            for (const auto& name : names)
                out.string(name);
            out.end_array();
        }
        out.end_array();
    }
    out.end_array();
    const auto digest = sha256(text);
    return to_hex(digest).substr(0, 16);
}

} // namespace evalbridge
