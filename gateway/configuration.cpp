#include "gateway/configuration.hpp"

#include "config/suggest.hpp"
#include "config/suites.hpp"
#include "config/words.hpp"
#include "gateway/upstream_configuration.hpp"
#include "store/url.hpp"

namespace evalbridge {
namespace {

using config::node;

std::vector<std::string_view> names_of(vendor_list known) {
    std::vector<std::string_view> out;
    for (const auto* each : known)
        out.push_back(each->name);
    return out;
}

/// Nothing where there is no such vendor, since then nothing says what the block may hold.
std::optional<provider_configuration> read_provider(const std::string& name, const node& block, vendor_list known) {
    if (!config::is_plain_name(name))
        block.fail(block.where() + ": a provider's name is of a-z, 0-9, `.`, `_` and `-`, up to 63 long");
    const auto word = block.at("vendor");
    const auto* vendor = find_vendor(known, word.text());
    if (!vendor) {
        if (word.is_scalar())
            word.fail(word.where() + ": no such vendor" + config::suggestion(word.text(), names_of(known)));
        if (block.is_mapping())
            block.members(); // marks them as read
        return {};
    }
    return provider_configuration{name, vendor, read_upstream(block, *vendor), vendor->read_options(block)};
}

/// What a provider has in place of its vendor while a configuration is read.
class no_upstream final : public upstream {
  public:
    boost::asio::awaitable<result<http_response>> send(const http_request&, const call&) override {
        co_return error(errc::internal).because("no request is sent while a configuration is read");
    }
};

class no_log final : public logger {
  public:
    bool enabled(log_level) const override { return false; }
    void write(log_level, std::string_view, std::initializer_list<log_field>) override {}
};

/// Judges a suite's specs as its providers will, which takes no I/O.
suite_map read_suites(const node& root, const configuration& read, const std::vector<std::string>& names) {
    no_upstream nowhere;
    no_log quiet;
    system_clock time;
    const auto& storage = read.settings.storage;
    const config::spec_check check = [&](const run_spec& spec) -> result<void> {
        for (const auto& each : read.providers) {
            if (each.name != spec.provider)
                continue;
            const provider_context parts{each.name, nowhere, read.settings.dictionary, storage.creates.tags,
                                         time,      quiet};
            const auto judge = each.vendor->make(parts, each.options);
            return judge ? judge->check(spec) : result<void>();
        }
        return {}; // its block is at fault, and reported
    };
    return config::read_suites(root, std::vector<std::string_view>(names.begin(), names.end()), check);
}

// What config/ can't judge: that its text names a store at all.
void check_store(const node& store, const secret& url) {
    const auto place = store.is_mapping() ? store.find("url") : store;
    const auto parsed = parse_store_url(url.reveal());
    if (!parsed && place.is_scalar() && !url.empty()) // empty: reported already
        place.fail(place.where() + ": " + parsed.error().detail());
}

} // namespace

std::variant<configuration, std::vector<config::fault>> load_configuration(const std::filesystem::path& file,
                                                                           vendor_list known) {
    const auto document = config::document::load(file);
    const auto root = document.root();
    configuration out;
    std::vector<config::fault> dictionary_faults;
    const auto vendors = names_of(known);
    out.settings = config::read_settings(root, dictionary_faults, vendors);
    check_store(root.find("store"), out.settings.storage.store.url);
    const auto providers = root.at("providers");
    const auto blocks = providers.members();
    if (providers.is_mapping() && blocks.empty())
        providers.fail("providers: expected at least one");
    std::vector<std::string> names;
    for (const auto& [name, block] : blocks) {
        names.push_back(name);
        if (auto read = read_provider(name, block, known))
            out.providers.push_back(std::move(*read));
    }
    out.suites = read_suites(root, out, names);

    auto faults = document.finish();
    faults.insert(faults.end(), dictionary_faults.begin(), dictionary_faults.end());
    if (!faults.empty())
        return faults;
    return out;
}

} // namespace evalbridge
