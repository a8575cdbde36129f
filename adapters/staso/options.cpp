#include "adapters/staso/options.hpp"

#include <algorithm>

namespace evalbridge::staso {
namespace {

constexpr std::string_view create_members[] = {
    "scope", "rules", "zero_configs", "name", "description", "agent_version", "compare_with", "trigger",
};

constexpr std::string_view query_members[] = {"passed", "limit", "offset"};

bool is_query_member(std::string_view name) {
    return std::ranges::find(query_members, name) != std::end(query_members);
}

struct path_row {
    std::string_view key;
    std::string path_templates::* path;
    bool takes_id;
};

constexpr path_row path_rows[] = {
    {"create", &path_templates::create, false},    {"list", &path_templates::list, false},
    {"get", &path_templates::get, true},           {"cancel", &path_templates::cancel, true},
    {"verdicts", &path_templates::verdicts, true}, {"summary", &path_templates::summary, true},
};

void read_paths(const config::node& block, path_templates& paths) {
    const auto given = block.find("paths");
    if (!given.present())
        return;
    for (const auto& row : path_rows) {
        const auto path = given.find(row.key);
        if (!path.present())
            continue;
        paths.*row.path = path.text();
        if (const auto fault = path_fault(paths.*row.path, row.takes_id); !fault.empty())
            path.fail(std::string(fault));
    }
}

template <class Reserved> text_pairs read_pairs(const config::node& block, std::string_view key, Reserved is_reserved) {
    text_pairs pairs;
    const auto given = block.find(key);
    if (!given.present())
        return pairs;
    for (const auto& [name, value] : given.members()) {
        if (is_reserved(name))
            value.fail("'" + name + "' is set by evalbridge itself");
        pairs.emplace_back(name, value.text());
    }
    return pairs;
}

} // namespace

std::vector<credential> options::credentials() const { return {{"X-API-Key", api_key}}; }

bool is_create_member(std::string_view name) {
    return std::ranges::find(create_members, name) != std::end(create_members);
}

std::string_view path_fault(std::string_view path, bool takes_id) {
    constexpr std::string_view placeholder = "{id}";
    if (!path.starts_with('/'))
        return "a path must begin with '/'";
    const auto unusable = [](unsigned char c) { return c <= 0x20 || c >= 0x7f || c == '?' || c == '#'; };
    if (std::ranges::any_of(path, unusable))
        return "a path must be printable ASCII without spaces, '?' or '#' (extra_query is for the query)";
    const auto at = path.find(placeholder);
    if (takes_id && at == std::string_view::npos)
        return "this path must hold {id}, where the run's id goes";
    std::string rest(path);
    if (takes_id)
        rest.erase(at, placeholder.size());
    if (rest.find_first_of("{}") != std::string::npos)
        return takes_id ? "this path may hold {id} once and no other braces"
                        : "this path takes no {id} or other braces";
    return {};
}

std::shared_ptr<const vendor_options> read_block(const config::node& block) {
    auto read = std::make_shared<options>();
    read->api_key = block.at("api_key").read_secret();
    read_paths(block, read->paths);
    read->list_runs = block.boolean_or("list_runs", false);
    if (const auto key = block.find("rules_key"); key.present()) {
        read->rules_key = key.text();
        if (read->rules_key.empty() || (read->rules_key != "rules" && is_create_member(read->rules_key)))
            key.fail("must name a member of the create body that has no other use");
    }
    read->extra_query = read_pairs(block, "extra_query", is_query_member);
    read->extra_body = read_pairs(
        block, "extra_body", [&](std::string_view name) { return is_create_member(name) || name == read->rules_key; });
    read->max_page_size =
        static_cast<std::uint32_t>(block.integer_or("max_page_size", documented_max_page, 1, documented_max_page));
    read->max_scan = static_cast<std::uint64_t>(block.integer_or("max_scan", 200'000, 1, 100'000'000));
    return read;
}

} // namespace evalbridge::staso
