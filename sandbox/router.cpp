#include "sandbox/router.hpp"

#include <algorithm>
#include <utility>

namespace evalbridge::sandbox {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        const auto end = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path, captures& values) {
    if (pattern.size() != path.size())
        return false;
    captures found;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i].starts_with('{') && !path[i].empty())
            found.push_back(path[i]);
        else if (pattern[i] != path[i])
            return false;
    }
    values = std::move(found);
    return true;
}

} // namespace

void router::add(std::string method, std::string path, handler handle) {
    auto segments = split(path);
    routes_.push_back({std::move(method), std::move(path), std::move(segments), std::move(handle)});
}

router::match router::find(const request& wanted) const {
    match result;
    for (const auto& candidate : routes_) {
        if (!matches(candidate.segments, wanted.segments, result.values))
            continue;
        if (candidate.method == wanted.method) {
            result.found = &candidate;
            return result;
        }
        result.allowed += (result.allowed.empty() ? "" : ", ") + candidate.method;
    }
    return result;
}

bool router::has(std::string_view path) const {
    return std::any_of(routes_.begin(), routes_.end(),
                       [&](const route& r) { return r.path == path || r.key() == path; });
}

} // namespace evalbridge::sandbox
