// The metric dictionary: which of the vendors' metrics are the same one, and what is known of it.

#include "config/settings.hpp"
#include "config/words.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace evalbridge::config {
namespace {

constexpr word<metric_kind> kinds[] = {
    {"programmatic", metric_kind::programmatic},
    {"llm_judge", metric_kind::llm_judge},
    {"agentic", metric_kind::agentic},
    {"prompt", metric_kind::prompt},
};

constexpr word<score_direction> directions[] = {
    {"higher_is_better", score_direction::higher_is_better},
    {"lower_is_better", score_direction::lower_is_better},
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::optional<score_range> read_range(const node& range) {
    if (!range.present())
        return {};
    const auto ends = range.items();
    if (ends.size() != 2) {
        if (range.is_sequence())
            range.fail(range.where() + ": expected [least, greatest]");
        return {};
    }
    const score_range out{ends[0].number(), ends[1].number()};
    if (ends[0].is_scalar() && ends[1].is_scalar() && out.min >= out.max) {
        range.fail(range.where() + ": the least has to be below the greatest");
        return {};
    }
    return out;
}

void check_bound(const node& value, double bound, const metric_traits& traits) {
    if (traits.direction == score_direction::unknown)
        value.fail(value.where() + ": a threshold needs the metric's `direction`, which says on which side it passes");
    if (traits.range && (bound < traits.range->min || bound > traits.range->max))
        value.fail(value.where() + ": outside the metric's range");
}

std::optional<metric_threshold> read_threshold(const node& threshold, const metric_traits& traits) {
    if (!threshold.present())
        return {};
    const auto value = threshold.find("value");
    const auto texts = threshold.find("passing_texts");
    if (!threshold.is_mapping())
        return {};
    if (value.present() == texts.present()) {
        threshold.fail(threshold.where() + ": expected either `value` or `passing_texts`");
        return {};
    }
    metric_threshold out;
    if (value.present()) {
        out.value = value.number();
        check_bound(value, *out.value, traits);
    } else {
        out.passing_texts = texts.texts();
        const bool blank = std::find(out.passing_texts.begin(), out.passing_texts.end(), "") != out.passing_texts.end();
        if (texts.is_sequence() && (out.passing_texts.empty() || blank))
            texts.fail(texts.where() + ": expected at least one text, and none of them empty");
    }
    return out;
}

/// Who has claimed a vendor's name for a metric, over the whole dictionary.
class claims {
  public:
    void claim(const node& at, const std::string& vendor, const std::string& native, const std::string& metric) {
        const auto [owner, first] = owners_.try_emplace({vendor, lower(native)}, metric);
        if (first)
            return;
        at.fail(at.where() + ": " +
                (owner->second == metric ? "listed twice" : "listed for `" + owner->second + "` already") +
                "; names differ in more than case");
    }

  private:
    std::map<std::pair<std::string, std::string>, std::string> owners_;
};

void read_native(const node& native, std::span<const std::string_view> vendors, claims& claimed,
                 metric_definition& into) {
    if (!native.present())
        return;
    for (const auto& [vendor, names] : native.members()) {
        if (!vendors.empty() && std::find(vendors.begin(), vendors.end(), vendor) == vendors.end())
            names.fail(names.where() + ": no such vendor" + suggestion(vendor, {vendors.begin(), vendors.end()}));
        for (const auto& item : names.items()) {
            const auto name = item.text();
            if (name.empty()) {
                if (item.is_scalar())
                    item.fail(item.where() + ": empty");
                continue;
            }
            claimed.claim(item, vendor, name, into.name);
            into.native[vendor].push_back(name);
        }
        if (names.is_sequence() && names.items().empty())
            names.fail(names.where() + ": no names; leave the vendor out");
    }
}

metric_definition read_definition(const std::string& name, const node& block, std::span<const std::string_view> vendors,
                                  claims& claimed) {
    metric_definition out;
    out.name = name;
    if (!is_plain_name(name))
        block.fail(block.where() + ": a metric's name is of a-z, 0-9, `.`, `_` and `-`, up to 63 long");
    out.description = block.optional_text("description");
    if (const auto kind = block.find("kind"); kind.present())
        out.kind = read_word(kind, kinds);
    out.traits.unit = block.optional_text("unit");
    if (const auto direction = block.find("direction"); direction.present())
        out.traits.direction = read_word(direction, directions);
    out.traits.range = read_range(block.find("range"));
    out.traits.threshold = read_threshold(block.find("threshold"), out.traits);
    read_native(block.at("native"), vendors, claimed, out);
    return out;
}

} // namespace

metric_dictionary read_dictionary(const node& root, std::span<const std::string_view> vendors) {
    std::vector<metric_definition> definitions;
    claims claimed;
    for (const auto& [name, block] : root.at("metrics").members())
        definitions.push_back(read_definition(name, block, vendors, claimed));
    return metric_dictionary(std::move(definitions));
}

} // namespace evalbridge::config
