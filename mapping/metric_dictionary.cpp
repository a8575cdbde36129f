#include "mapping/metric_dictionary.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace evalbridge {

std::size_t metric_dictionary::exact_hash::operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
}

// As FNV-1a, but by words. Setting the bit by which letters differ folds more than letters, so what equals still hashes
// the same. The keys are the operator's own configuration, so nobody can flood the table.
std::size_t metric_dictionary::folded_hash::operator()(std::string_view text) const {
    constexpr std::uint64_t case_bits = 0x2020202020202020u;
    std::uint64_t hash = 0xcbf29ce484222325u ^ text.size();
    while (!text.empty()) {
        std::uint64_t word = 0;
        const auto size = std::min(text.size(), sizeof word);
        std::memcpy(&word, text.data(), size);
        hash = (hash ^ (word | case_bits)) * 0x100000001b3u;
        hash ^= hash >> 32;
        text.remove_prefix(size);
    }
    return hash;
}

bool metric_dictionary::folded_equal::operator()(std::string_view a, std::string_view b) const {
    return equal_folded(a, b);
}

metric_dictionary::metric_dictionary(std::vector<metric_definition> definitions)
    : definitions_(std::move(definitions)) {
    for (std::size_t i = 0; i < definitions_.size(); ++i) {
        canonical_.try_emplace(definitions_[i].name, i);
        for (const auto& [vendor, texts] : definitions_[i].native)
            for (const auto& text : texts) {
                auto& index = natives_[vendor];
                index.ids.try_emplace(text, i);
                index.names.try_emplace(text, i);
            }
    }
}

const metric_definition* metric_dictionary::find(std::string_view vendor, std::string_view native_name,
                                                 std::optional<std::string_view> native_id) const {
    if (const auto index = natives_.find(vendor); index != natives_.end()) {
        const auto& [ids, names] = index->second;
        if (native_id)
            if (const auto at = ids.find(*native_id); at != ids.end())
                return &definitions_[at->second];
        if (const auto at = names.find(native_name); at != names.end())
            return &definitions_[at->second];
    }
    return find_canonical(native_name);
}

const metric_definition* metric_dictionary::find_canonical(std::string_view name) const {
    const auto at = canonical_.find(name);
    return at == canonical_.end() ? nullptr : &definitions_[at->second];
}

std::string metric_dictionary::native_name_for(std::string_view vendor, std::string_view name) const {
    if (const auto* definition = find_canonical(name)) {
        const auto native = definition->native.find(std::string(vendor));
        if (native != definition->native.end() && !native->second.empty())
            return native->second.front();
    }
    return std::string(name);
}

} // namespace evalbridge
