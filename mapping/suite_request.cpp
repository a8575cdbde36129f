#include "mapping/suite_request.hpp"

#include "mapping/spec_labels.hpp"
#include "mapping/spec_members.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_description = 4096;

// Of a spec on one provider; a suite has them for each.
constexpr std::string_view fixed_members[] = {"provider", "scope",           "metrics",
                                              "trigger",  "baseline_run_id", "provider_options"};

const suite* look_up(spec_members& body, const suite_map& known) {
    const auto name = body.id("suite");
    if (!name)
        return nullptr;
    const auto at = known.find(*name);
    if (at != known.end())
        return &at->second;
    body.refuse("suite", "is not a configured suite; GET /v1/suites lists them");
    return nullptr;
}

bool fits_with(const std::map<std::string, std::string>& labels, const suite& of) {
    return std::ranges::all_of(of.on, [&](const auto& each) {
        auto all = each.second.labels;
        all.insert(labels.begin(), labels.end());
        return all.size() <= most_labels;
    });
}

} // namespace

bool is_suite_request(const json::value& body) { return body.is_object() && body.get_object().contains("suite"); }

result<suite_request> read_suite_request(const json::value& body, const suite_map& known) {
    std::vector<input_fault> faults;
    spec_members members(body.get_object(), {}, faults);
    suite_request out;
    out.of = look_up(members, known);
    out.name = members.text("name", longest_name);
    out.description = members.text("description", longest_description);
    out.agent_version = members.id("agent_version");
    read_labels(members, out.labels);
    if (out.of && !fits_with(out.labels, *out.of))
        members.refuse("labels", "with the suite's own they are more than " + std::to_string(most_labels));
    for (const auto each : fixed_members)
        if (members.has(each)) {
            members.allow(each);
            members.refuse(each, "can't be given with a suite, which fixes it for each of its providers");
        }
    members.refuse_others();
    if (!faults.empty())
        return error(errc::invalid_request).because("The request for a suite is wrong.").faults(std::move(faults));
    return out;
}

run_spec spec_on(const suite_request& request, const std::string& provider) {
    auto spec = request.of->on.at(provider);
    spec.suite = request.of->name;
    if (request.name)
        spec.name = request.name;
    if (request.description)
        spec.description = request.description;
    if (request.agent_version)
        spec.agent_version = request.agent_version;
    for (const auto& [key, value] : request.labels)
        spec.labels[key] = value;
    return spec;
}

} // namespace evalbridge
