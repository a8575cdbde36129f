#include "runs/run_sighting.hpp"

#include "store/run_text.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

// Takes `W/"..."` or `"..."` off the front: the part in quotes. False for anything else.
bool take_tag(std::string_view& text, std::string_view& opaque) {
    if (text.starts_with("W/"))
        text.remove_prefix(2);
    if (!text.starts_with('"'))
        return false;
    const auto end = text.find('"', 1);
    if (end == std::string_view::npos)
        return false;
    opaque = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return true;
}

} // namespace

sighting_ptr make_sighting(run r) {
    r = without_raw(std::move(r));
    auto out = std::make_shared<run_sighting>();
    out->json = document_of(r);
    out->etag = "W/\"" + etag_of_document(out->json) + "\"";
    out->seen = std::make_shared<const run>(std::move(r));
    return out;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
    constexpr std::string_view between = ", \t";
    std::string_view wanted;
    if (!take_tag(etag, wanted))
        return false;
    auto rest = if_none_match;
    rest.remove_prefix(std::min(rest.find_first_not_of(between), rest.size()));
    if (rest.starts_with('*'))
        return rest.find_first_not_of(" \t", 1) == std::string_view::npos;
    for (std::string_view each; take_tag(rest, each);) {
        if (each == wanted)
            return true;
        rest.remove_prefix(std::min(rest.find_first_not_of(between), rest.size()));
    }
    return false;
}

} // namespace evalbridge
