#include "runs/run_sighting.hpp"

#include "base/crypto.hpp"
#include "mapping/write.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

void drop_raw(run& r) {
    r.raw.reset();
    for (auto& each : r.run_metrics)
        each.raw.reset();
    if (r.star && r.star->result)
        r.star->result->raw.reset();
}

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

run_sighting make_sighting(run r) {
    drop_raw(r);
    run_sighting out;
    json_writer json(out.json);
    write(json, r);
    out.etag = "W/\"" + to_hex(sha256(out.json)).substr(0, 16) + "\"";
    out.seen = std::make_shared<const run>(std::move(r));
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
