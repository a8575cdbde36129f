#include "mapping/spec_labels.hpp"

namespace evalbridge {
namespace {

constexpr std::size_t longest_label_key = 63;
constexpr std::size_t longest_label_value = 255;

} // namespace

void read_labels(spec_members& spec, std::map<std::string, std::string>& out) {
    auto labels = spec.object("labels");
    if (!labels)
        return;
    if (labels->size() > most_labels)
        labels->refuse_object("must have at most " + std::to_string(most_labels) + " labels");
    labels->each([&](std::string_view key, const boost::json::value& value) {
        if (key.empty() || key.size() > longest_label_key)
            return labels->refuse(key, "a label's key must have 1 to " + std::to_string(longest_label_key) + " bytes");
        if (!value.is_string())
            return labels->refuse(key, "must be a string");
        const std::string_view text = value.get_string();
        if (text.size() > longest_label_value)
            return labels->refuse(key, "must have at most " + std::to_string(longest_label_value) + " bytes");
        out.emplace(key, text);
    });
}

} // namespace evalbridge
