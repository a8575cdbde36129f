#include "config/storage.hpp"

#include "config/words.hpp"

namespace evalbridge::config {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most_connections = 64;
constexpr std::chrono::hours least_keep_keys = 24h; // what clients are promised
constexpr std::chrono::hours most_keep_keys = 24h * 3650;
constexpr std::chrono::hours most_age = 24h * 10'000;
constexpr std::chrono::milliseconds least_settle = 1s;
constexpr std::chrono::milliseconds most_settle = 1h;
constexpr std::uint64_t least_bytes = 1024 * 1024;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 50;

secret read_url(const node& value) {
    if (const auto text = value.text(); !text.starts_with("env:") && !text.starts_with("file:"))
        return secret(text);
    return value.read_secret();
}

store_settings read_store(const node& value) {
    store_settings out;
    if (value.is_scalar())
        out.url = read_url(value);
    else if (value.present()) {
        if (const auto url = value.at("url"); url.is_scalar())
            out.url = read_url(url);
        out.connections = static_cast<unsigned>(value.integer_or("connections", out.connections, 1, most_connections));
    }
    return out;
}

std::chrono::hours read_hours(const node& value, std::chrono::hours min, std::chrono::hours max) {
    const auto exact = value.interval(min, max);
    const auto whole = std::chrono::duration_cast<std::chrono::hours>(exact);
    if (whole != exact)
        value.fail(value.where() + ": expected whole hours, such as `36h` or `90d`");
    return whole;
}

create_settings read_creates(const node& value) {
    create_settings out;
    if (!value.present())
        return out;
    if (const auto tag = value.find("tag"); tag.present()) {
        auto format = run_tag_format::parse(tag.text());
        if (format)
            out.tags = std::move(*format);
        else if (tag.is_scalar())
            tag.fail(tag.where() + ": " + format.error().detail());
    }
    if (const auto keep = value.find("keep_keys"); keep.present())
        out.keep_keys = read_hours(keep, least_keep_keys, most_keep_keys);
    out.settle = value.interval_or("settle", out.settle, least_settle, most_settle);
    return out;
}

retention_settings read_retention(const node& value) {
    retention_settings out;
    if (const auto age = value.find("age"); age.present())
        out.age = read_hours(age, 1h, most_age);
    if (const auto bytes = value.find("bytes"); bytes.present())
        out.bytes = bytes.size(least_bytes, most_bytes);
    return out;
}

// A provider that is named here need not be configured: what was archived of one that is gone is kept by its name.
std::map<std::string, retention_settings> read_retention_of_providers(const node& value) {
    std::map<std::string, retention_settings> out;
    if (!value.present())
        return out;
    for (const auto& [name, each] : value.members()) {
        if (!is_plain_name(name))
            each.fail(each.where() + ": a provider's name is of a-z, 0-9, `.`, `_` and `-`, up to 63 long");
        out[name] = read_retention(each);
    }
    return out;
}

archive_settings read_archive(const node& value) {
    archive_settings out;
    if (!value.present())
        return out;
    out.enabled = value.boolean_or("enabled", out.enabled);
    out.inputs = value.boolean_or("inputs", out.inputs);
    if (const auto keep = value.find("keep"); keep.present())
        out.keep = read_retention(keep);
    out.keep_of_provider = read_retention_of_providers(value.find("providers"));
    return out;
}

watch_settings read_watch(const node& value) {
    watch_settings out;
    if (!value.present())
        return out;
    out.keep = value.boolean_or("keep", out.keep);
    if (const auto longest = value.find("give_up_after"); longest.present())
        out.give_up_after = read_hours(longest, 1h, most_age);
    return out;
}

} // namespace

storage_settings read_storage(const node& root) {
    storage_settings out;
    out.store = read_store(root.find("store"));
    out.creates = read_creates(root.find("creates"));
    out.archive = read_archive(root.find("archive"));
    out.watch = read_watch(root.find("watch"));
    return out;
}

} // namespace evalbridge::config
