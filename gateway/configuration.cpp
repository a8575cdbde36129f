#include "gateway/configuration.hpp"

#include "config/suggest.hpp"
#include "config/words.hpp"
#include "gateway/upstream_configuration.hpp"

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

} // namespace

std::variant<configuration, std::vector<config::fault>> load_configuration(const std::filesystem::path& file,
                                                                           vendor_list known) {
    const auto document = config::document::load(file);
    const auto root = document.root();
    configuration out;
    std::vector<config::fault> dictionary_faults;
    const auto vendors = names_of(known);
    out.settings = config::read_settings(root, dictionary_faults, vendors);
    const auto providers = root.at("providers");
    const auto blocks = providers.members();
    if (providers.is_mapping() && blocks.empty())
        providers.fail("providers: expected at least one");
    for (const auto& [name, block] : blocks)
        if (auto read = read_provider(name, block, known))
            out.providers.push_back(std::move(*read));

    auto faults = document.finish();
    faults.insert(faults.end(), dictionary_faults.begin(), dictionary_faults.end());
    if (!faults.empty())
        return faults;
    return out;
}

} // namespace evalbridge
