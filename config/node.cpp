#include "config/node.hpp"

#include "base/utf8.hpp"
#include "config/scalars.hpp"
#include "config/tree.hpp"
#include "mapping/json_writer.hpp"

#include <algorithm>
#include <array>

namespace evalbridge::config {
namespace {

std::string_view article_of(entry_kind kind) {
    switch (kind) {
    case entry_kind::null: return "nothing";
    case entry_kind::scalar: return "a plain value";
    case entry_kind::sequence: return "a list";
    case entry_kind::mapping: return "a mapping";
    }
    return "something else";
}

} // namespace

bool node::present() const { return tree_ != nullptr; }

bool node::is_mapping() const { return present() && tree_->entries[index_].kind == entry_kind::mapping; }
bool node::is_sequence() const { return present() && tree_->entries[index_].kind == entry_kind::sequence; }
bool node::is_scalar() const { return present() && tree_->entries[index_].kind == entry_kind::scalar; }

bool node::is_quoted() const { return is_scalar() && tree_->entries[index_].quoted; }

void node::fail(std::string message) const {
    if (present())
        tree_->fail(tree_->entries[index_].at, std::move(message));
}

std::string node::where() const {
    if (!present() || index_ == 0)
        return "the document";
    std::string out;
    for (auto at = index_; at != 0; at = tree_->entries[at].parent) {
        const auto& each = tree_->entries[at];
        const auto& siblings = tree_->entries[each.parent];
        std::string part;
        if (siblings.kind == entry_kind::sequence) {
            const auto place = std::find(siblings.children.begin(), siblings.children.end(), at);
            part = '[' + std::to_string(place - siblings.children.begin()) + ']';
        } else {
            part = in_quotes(each.key);
            part = part.substr(1, part.size() - 2);
        }
        const bool joins = out.empty() || out.front() == '[';
        out = part + (joins ? "" : ".") + out;
    }
    return out;
}

bool node::expect(entry_kind kind, std::string_view what) const {
    if (!present())
        return false;
    auto& self = tree_->entries[index_];
    if (self.kind == kind)
        return true;
    if (!std::exchange(self.type_fault, true))
        fail(where() + ": expected " + std::string(what) + ", found " + std::string(article_of(self.kind)));
    return false;
}

node node::find(std::string_view key) const {
    if (!expect(entry_kind::mapping, "a mapping"))
        return {};
    auto& self = tree_->entries[index_];
    self.asked.emplace(key);
    for (const auto child : self.children) {
        auto& member = tree_->entries[child];
        if (member.key != key)
            continue;
        member.read = true;
        return member.kind == entry_kind::null ? node() : node(tree_, child);
    }
    return {};
}

node node::at(std::string_view key) const {
    auto found = find(key);
    if (!found.present() && is_mapping())
        fail((index_ == 0 ? std::string() : where() + ": ") + "the key `" + std::string(key) + "` is missing");
    return found;
}

std::vector<std::pair<std::string, node>> node::members() const {
    std::vector<std::pair<std::string, node>> out;
    if (!expect(entry_kind::mapping, "a mapping"))
        return out;
    for (const auto child : tree_->entries[index_].children) {
        auto& member = tree_->entries[child];
        member.read = true;
        out.emplace_back(member.key, node(tree_, child));
    }
    return out;
}

std::vector<node> node::items() const {
    std::vector<node> out;
    if (!expect(entry_kind::sequence, "a list"))
        return out;
    for (const auto child : tree_->entries[index_].children)
        out.push_back(node(tree_, child));
    return out;
}

const std::string* node::scalar(std::string_view what, bool plain) const {
    if (!expect(entry_kind::scalar, what))
        return nullptr;
    const auto& self = tree_->entries[index_];
    if (!plain || !self.quoted)
        return &self.text;
    fail(where() + ": expected " + std::string(what) + ", found a text; take the quotes away");
    return nullptr;
}

std::string node::text() const {
    const auto* found = scalar("a text");
    if (!found)
        return {};
    // A double-quoted scalar can hold any character by its escape.
    for (std::size_t at = 0; at < found->size();) {
        const auto next = decode_utf8(*found, at);
        if (!next.valid || (is_control(next.code) && next.code != '\n' && next.code != '\t')) {
            fail(where() + ": holds a control character");
            return {};
        }
        at += next.size;
    }
    return *found;
}

bool node::boolean() const {
    const auto* found = scalar("true or false", true);
    if (found && *found != "true" && *found != "false")
        fail(where() + ": expected true or false");
    return found && *found == "true";
}

double node::number() const {
    const auto* found = scalar("a number", true);
    if (!found)
        return 0;
    const auto value = parse_number(*found);
    if (!value)
        fail(where() + ": expected a finite number");
    return value.value_or(0);
}

double node::number(double min, double max) const {
    const auto* found = scalar("a number", true);
    if (!found)
        return min;
    const auto value = parse_number(*found);
    if (value && *value >= min && *value <= max)
        return *value;
    std::string bounds;
    json_writer(bounds).number(min);
    bounds += " to ";
    json_writer(bounds).number(max);
    fail(where() + ": expected a number from " + bounds);
    return min;
}

template <class T, class Parse, class Show>
T node::bounded(std::string_view what, bool plain, T min, T max, Parse parse, Show show) const {
    const auto* found = scalar(what, plain);
    if (!found)
        return min;
    const auto value = parse(*found);
    if (!value || (!plain && tree_->entries[index_].quoted && parse_number(*found))) // "80" is a text
        fail(where() + ": expected " + std::string(what));
    else if (*value < min || *value > max)
        fail(where() + ": out of bounds, " + show(min) + " to " + show(max));
    else
        return *value;
    return min;
}

std::int64_t node::integer(std::int64_t min, std::int64_t max) const {
    return bounded("a whole number", true, min, max, parse_integer, [](std::int64_t v) { return std::to_string(v); });
}

std::chrono::milliseconds node::interval(std::chrono::milliseconds min, std::chrono::milliseconds max) const {
    return bounded("a time such as 250ms, 30s, 5m or 2h", false, min, max, parse_interval, format_interval);
}

std::uint64_t node::size(std::uint64_t min, std::uint64_t max) const {
    return bounded("a size such as 16KiB or 1MiB", false, min, max, parse_size, format_size);
}

std::vector<std::string> node::texts() const {
    std::vector<std::string> out;
    for (const auto& each : items())
        out.push_back(each.text());
    return out;
}

std::string node::text_or(std::string_view key, std::string_view fallback) const {
    const auto found = find(key);
    return found.present() ? found.text() : std::string(fallback);
}

std::optional<std::string> node::optional_text(std::string_view key) const {
    const auto found = find(key);
    return found.present() ? std::optional(found.text()) : std::nullopt;
}

bool node::boolean_or(std::string_view key, bool fallback) const {
    const auto found = find(key);
    return found.present() ? found.boolean() : fallback;
}

double node::number_or(std::string_view key, double fallback, double min, double max) const {
    const auto found = find(key);
    return found.present() ? found.number(min, max) : fallback;
}

std::optional<double> node::optional_number(std::string_view key) const {
    const auto found = find(key);
    return found.present() ? std::optional(found.number()) : std::nullopt;
}

std::int64_t node::integer_or(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) const {
    const auto found = find(key);
    return found.present() ? found.integer(min, max) : fallback;
}

std::chrono::milliseconds node::interval_or(std::string_view key, std::chrono::milliseconds fallback,
                                            std::chrono::milliseconds min, std::chrono::milliseconds max) const {
    const auto found = find(key);
    return found.present() ? found.interval(min, max) : fallback;
}

std::uint64_t node::size_or(std::string_view key, std::uint64_t fallback, std::uint64_t min, std::uint64_t max) const {
    const auto found = find(key);
    return found.present() ? found.size(min, max) : fallback;
}

std::filesystem::path node::path() const {
    const auto written = text();
    if (written.empty()) {
        if (is_scalar())
            fail(where() + ": expected a path");
        return {};
    }
    return tree_->folder / written;
}

} // namespace evalbridge::config
