#include "mapping/run_spec.hpp"

#include "mapping/run.hpp"
#include "mapping/spec_labels.hpp"
#include "mapping/spec_members.hpp"

namespace evalbridge {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_description = 4096;
constexpr std::size_t longest_id = 512;

constexpr std::string_view triggers[] = {"on_demand", "sampled_async", "backfill"};

void read_metrics(spec_members& spec, std::vector<metric_selector>& out) {
    spec.elements("metrics", [&](const json::value& value, const std::string& pointer) {
        using by = metric_selector::by;
        if (value.is_string()) {
            if (auto name = spec.id_of(value, pointer))
                out.push_back({by::name, std::move(*name)});
            return;
        }
        if (!value.is_object())
            return spec.refuse_at(pointer, "must be a metric's name, or an object with an id or a name");
        auto metric = spec.inside(value, pointer);
        auto id = metric.id("id");
        auto name = metric.id("name");
        metric.refuse_others();
        if (metric.has("id") == metric.has("name"))
            return spec.refuse_at(pointer, "must have either an id or a name");
        if (id)
            out.push_back({by::id, std::move(*id)});
        if (name)
            out.push_back({by::name, std::move(*name)});
    });
}

void read_provider_options(spec_members& spec, json::object& out) {
    auto options = spec.object("provider_options");
    if (!options)
        return;
    options->each([&](std::string_view vendor, const json::value& value) {
        if (!value.is_object())
            return options->refuse(vendor, "must be an object");
        out.emplace(vendor, value);
    });
}

std::optional<std::string> read_trigger(spec_members& spec) {
    auto trigger = spec.text("trigger", longest_name);
    if (!trigger)
        return {};
    for (const auto known : triggers)
        if (*trigger == known)
            return trigger;
    spec.refuse("trigger", "must be one of on_demand, sampled_async, backfill");
    return {};
}

std::optional<std::string> read_baseline(spec_members& spec, const std::optional<std::string>& provider) {
    // The provider's name and the colon are on top of the native id.
    auto id = spec.text("baseline_run_id", 2 * longest_id);
    if (!id)
        return {};
    const auto address = parse_run_id(*id);
    if (!address)
        spec.refuse("baseline_run_id", "must be a run's id, <provider>:<native id>");
    else if (provider && address->provider != *provider)
        spec.refuse("baseline_run_id", "must be a run of the same provider");
    return id;
}

std::string sentence_about(const std::vector<input_fault>& faults) {
    if (faults.size() == 1)
        return "The run spec is wrong in one place.";
    return "The run spec is wrong in " + std::to_string(faults.size()) + " places.";
}

} // namespace

result<run_spec> read_run_spec(const json::value& body) {
    std::vector<input_fault> faults;
    if (!body.is_object())
        return error(errc::invalid_request).because("The run spec is wrong.").fault("", "must be an object");

    spec_members spec(body.get_object(), {}, faults);
    run_spec out;
    spec.require("provider");
    const auto provider = spec.id("provider");
    out.provider = provider.value_or("");
    out.name = spec.text("name", longest_name);
    out.description = spec.text("description", longest_description);
    spec.require("scope");
    if (auto members = spec.object("scope"))
        if (auto judged = read_scope(*members))
            out.scope = std::move(*judged);
    read_metrics(spec, out.metrics);
    out.agent_version = spec.id("agent_version");
    out.baseline_run_id = read_baseline(spec, provider);
    out.trigger = read_trigger(spec);
    read_labels(spec, out.labels);
    read_provider_options(spec, out.provider_options);
    spec.refuse_others();

    if (!faults.empty()) {
        auto detail = sentence_about(faults);
        return error(errc::invalid_request).because(std::move(detail)).faults(std::move(faults));
    }
    return out;
}

} // namespace evalbridge
