#include "gateway/http/router.hpp"

#include "gateway/http/target.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

namespace evalbridge {
namespace {

constexpr verb verbs[] = {verb::get, verb::head, verb::post, verb::put, verb::patch, verb::del, verb::options};

struct endpoint {
    route_options options;
    handler handle;
};

struct segment {
    bool named = false;
    std::string text; ///< of a literal one
};

std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> parts;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        parts.push_back(path.substr(0, path.find('/')));
        path.remove_prefix(parts.back().size());
    }
    return parts;
}

struct route {
    std::string pattern;
    std::string shape; ///< 'a' for a literal segment, 'b' for a named one: sorts the more exact one first
    std::vector<segment> segments;
    std::array<std::optional<endpoint>, std::size(verbs)> endpoints;
    std::string allow;

    bool matches(const std::vector<std::string>& path) const {
        return std::ranges::equal(segments, path, [](const segment& s, const std::string& part) {
            return s.named ? !part.empty() : s.text == part;
        });
    }
    const endpoint* endpoint_for(verb method) const {
        const auto& own = endpoints[static_cast<std::size_t>(method)];
        if (!own && method == verb::head)
            return endpoint_for(verb::get);
        return own ? &*own : nullptr;
    }
    void list_methods() {
        allow.clear();
        for (const verb each : verbs)
            if (each == verb::options || endpoint_for(each))
                (allow += allow.empty() ? "" : ", ") += name_of(each);
    }
};

} // namespace

struct router::table {
    std::vector<std::unique_ptr<route>> routes; ///< by shape
};

router::router() : table_(std::make_unique<table>()) {}
router::~router() = default;
router::router(router&&) noexcept = default;
router& router::operator=(router&&) noexcept = default;

void router::add(verb method, std::string_view pattern, route_options options, handler h) {
    auto& routes = table_->routes;
    auto at = std::ranges::find(routes, pattern, [](const auto& r) -> std::string_view { return r->pattern; });
    if (at == routes.end()) {
        auto fresh = std::make_unique<route>();
        fresh->pattern = pattern;
        for (const auto part : split_path(fresh->pattern)) {
            const bool named = part.starts_with('{') && part.ends_with('}');
            fresh->segments.push_back({named, std::string(part)});
            fresh->shape += named ? 'b' : 'a';
        }
        const auto place = std::ranges::upper_bound(routes, fresh->shape, {}, [](const auto& r) { return r->shape; });
        at = routes.insert(place, std::move(fresh));
    }
    auto& slot = (*at)->endpoints.at(static_cast<std::size_t>(method));
    if (slot)
        throw std::logic_error("route added twice: " + std::string(name_of(method)) + " " + std::string(pattern));
    slot = endpoint{std::move(options), std::move(h)};
    (*at)->list_methods();
}

router::found router::find(verb method, std::string_view path) const {
    found out;
    const auto raw = split_path(path);
    std::vector<std::string> parts(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i)
        if (!percent_decode(raw[i], plus_sign::itself, parts[i]))
            out.bad_encoding = true;
    if (out.bad_encoding || parts.empty())
        return out;
    const auto match = std::ranges::find_if(table_->routes, [&](const auto& r) { return r->matches(parts); });
    if (match == table_->routes.end())
        return out;
    const route& hit = **match;
    out.pattern = hit.pattern;
    out.allow = hit.allow;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (hit.segments[i].named)
            out.arguments.push_back(std::move(parts[i]));
    if (const auto* target = method == verb::other ? nullptr : hit.endpoint_for(method)) {
        out.handle = &target->handle;
        out.options = &target->options;
    }
    return out;
}

} // namespace evalbridge
