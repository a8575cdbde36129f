#include "adapters/staso/encode.hpp"

#include "adapters/staso/vocabulary.hpp"
#include "base/percent.hpp"
#include "mapping/run_tag.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace evalbridge::staso {
namespace {

namespace json = boost::json;

template <class... Fs> struct overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs> overloaded(Fs...) -> overloaded<Fs...>;

// One token of an RFC 6901 pointer.
std::string pointer_token(std::string_view name) {
    std::string token;
    for (const char c : name)
        token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return token;
}

void check_options(const json::object& given, const options& o, std::vector<input_fault>& faults) {
    for (const auto& [vendor, value] : given) {
        const auto at = "/provider_options/" + pointer_token(vendor);
        if (std::string_view(vendor) != vendor_name) {
            faults.push_back({at, "The provider is not of this vendor."});
            continue;
        }
        if (!value.is_object()) {
            faults.push_back({at, "Expected an object."});
            continue;
        }
        for (const auto& [name, member] : value.get_object()) {
            const auto member_at = at + "/" + pointer_token(name);
            if (std::string_view(name) != "body") {
                faults.push_back({member_at, "Unknown option; there is `body`."});
                continue;
            }
            if (!member.is_object()) {
                faults.push_back({member_at, "Expected an object."});
                continue;
            }
            for (const auto& [key, unused] : member.get_object()) {
                const auto is_configured = [&](const auto& pair) { return pair.first == std::string_view(key); };
                if (is_create_member(key) || std::string_view(key) == o.rules_key)
                    faults.push_back({member_at + "/" + pointer_token(key), "The run spec has a member for this."});
                else if (std::ranges::any_of(o.extra_body, is_configured))
                    faults.push_back({member_at + "/" + pointer_token(key), "Fixed by the provider's configuration."});
            }
        }
    }
}

const json::object* body_option(const run_spec& spec) {
    const auto* own = spec.provider_options.if_contains(vendor_name);
    const auto* own_object = own ? own->if_object() : nullptr;
    const auto* body = own_object ? own_object->if_contains("body") : nullptr;
    return body ? body->if_object() : nullptr;
}

void add_sample(json::object& out, std::optional<int> sample_pct) {
    if (sample_pct)
        out["sample_pct"] = *sample_pct;
}

json::object encode_scope(const scope& what) {
    json::object out;
    std::visit(overloaded{
                   [&](const trace_scope& s) { out["trace_id"] = s.trace_id; },
                   [&](const session_scope& s) { out["session_id"] = s.session_id; },
                   [&](const dataset_scope& s) { out["dataset_id"] = s.dataset_id; },
                   [&](const agent_scope& s) {
                       out["agent_id"] = s.agent_id;
                       add_sample(out, s.sample_pct);
                   },
                   [&](const time_range_scope& s) {
                       json::object range;
                       range["start"] = s.start;
                       range["end"] = s.end;
                       out["time_range"] = std::move(range);
                       add_sample(out, s.sample_pct);
                   },
                   [](const test_case_scope&) {}, // refused by check_spec
               },
               what);
    return out;
}

// Custom rules are told by UUID, built-in ones by name (docs/eval/runs, "Rules"). A dictionary may list a custom
// rule's UUID under a canonical name.
bool is_uuid(std::string_view text) {
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex)
            return false;
    }
    return true;
}

void add_once(json::array& list, std::string_view text) {
    for (const auto& each : list)
        if (each.get_string() == text)
            return;
    list.emplace_back(text);
}

void put_metrics(json::object& body, const run_spec& spec, const options& o, const metric_dictionary& dictionary) {
    json::array rules;
    json::array built_in;
    for (const auto& metric : spec.metrics) {
        if (metric.kind == metric_selector::by::id) {
            add_once(rules, metric.text);
            continue;
        }
        const auto native = dictionary.native_name_for(vendor_name, metric.text);
        add_once(is_uuid(native) ? rules : built_in, native);
    }
    if (!rules.empty())
        body[o.rules_key] = std::move(rules);
    if (!built_in.empty())
        body["zero_configs"] = std::move(built_in);
}

std::string with_query(std::string path, const options& o, std::string query = {}) {
    for (const auto& [name, value] : o.extra_query) {
        if (!query.empty())
            query += '&';
        query += encode_query(name) + "=" + encode_query(value);
    }
    return query.empty() ? path : path + "?" + query;
}

http_request request_for(http_method method, const std::string& path_template, std::string_view native_id,
                         const options& o, std::string query = {}) {
    constexpr std::string_view placeholder = "{id}";
    auto path = path_template;
    if (const auto at = path.find(placeholder); at != std::string::npos)
        path.replace(at, placeholder.size(), encode_path_segment(native_id));
    http_request request;
    request.method = method;
    request.target = with_query(std::move(path), o, std::move(query));
    request.fields.push_back({"Accept", "application/json"});
    return request;
}

} // namespace

result<void> check_spec(const run_spec& spec, std::string_view provider_name, const options& o) {
    std::vector<input_fault> faults;
    if (std::holds_alternative<test_case_scope>(spec.scope))
        faults.push_back({"/scope", "This provider judges traces and has no test cases."});
    if (spec.metrics.empty())
        faults.push_back({"/metrics", "At least one metric must be named."});
    if (spec.trigger && !is_trigger(*spec.trigger))
        faults.push_back({"/trigger", "Must be on_demand, sampled_async or backfill."});
    if (spec.baseline_run_id) {
        const auto baseline = parse_run_id(*spec.baseline_run_id);
        if (!baseline || baseline->provider != provider_name)
            faults.push_back({"/baseline_run_id", "Must be a run of the same provider."});
    }
    check_options(spec.provider_options, o, faults);
    if (faults.empty())
        return {};
    return error(errc::unsupported).because("The provider can't do what the run asks for.").faults(std::move(faults));
}

http_request encode_create(const run_spec& spec, const options& o, const metric_dictionary& dictionary) {
    json::object body;
    const auto asked_name = spec.name ? std::string_view(*spec.name) : default_run_name;
    body["name"] = tagged_name(asked_name, spec.tag, longest_tagged_name);
    if (spec.description)
        body["description"] = *spec.description;
    body["scope"] = encode_scope(spec.scope);
    put_metrics(body, spec, o, dictionary);
    if (spec.agent_version)
        body["agent_version"] = *spec.agent_version;
    if (spec.baseline_run_id)
        if (const auto baseline = parse_run_id(*spec.baseline_run_id))
            body["compare_with"] = baseline->native_id;
    if (spec.trigger)
        body["trigger"] = *spec.trigger;
    for (const auto& [name, value] : o.extra_body)
        body[name] = value;
    if (const auto* more = body_option(spec))
        for (const auto& [name, value] : *more)
            body[name] = value;

    auto request = request_for(http_method::post, o.paths.create, {}, o);
    request.fields.push_back({"Content-Type", "application/json"});
    request.body = json::serialize(body);
    return request;
}

http_request encode_list_runs(const run_query& query, const options& o) {
    auto text = "limit=" + std::to_string(query.limit) + "&offset=" + std::to_string(query.offset);
    return request_for(http_method::get, o.paths.list, {}, o, std::move(text));
}

http_request encode_get(std::string_view native_id, const options& o) {
    return request_for(http_method::get, o.paths.get, native_id, o);
}

http_request encode_cancel(std::string_view native_id, const options& o) {
    return request_for(http_method::post, o.paths.cancel, native_id, o);
}

http_request encode_verdicts(std::string_view native_id, const verdict_query& query, const options& o) {
    std::string text = "limit=" + std::to_string(query.limit) + "&offset=" + std::to_string(query.offset);
    if (query.passed)
        text += *query.passed ? "&passed=true" : "&passed=false";
    return request_for(http_method::get, o.paths.verdicts, native_id, o, std::move(text));
}

http_request encode_summary(std::string_view native_id, const options& o) {
    return request_for(http_method::get, o.paths.summary, native_id, o);
}

bool is_addressable(std::string_view native_id) { return !native_id.empty() && native_id != "." && native_id != ".."; }

} // namespace evalbridge::staso
