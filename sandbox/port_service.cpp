#include "sandbox/port_service.hpp"

#include "sandbox/ids.hpp"

#include <utility>

namespace evalbridge::sandbox {
namespace {

constexpr std::string_view unmatched = " unmatched";

bool has_header(const reply& what, std::string_view name) {
    for (const auto& header : what.headers)
        if (header.name == name)
            return true;
    return false;
}

} // namespace

void port_service::check(const std::vector<fault_rule>& rules, const std::string& path) const {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto& route = rules[i].route;
        if (!route.empty() && !route.ends_with(unmatched) && !vendor_.routes().has(route))
            throw scenario_error(path + ".faults[" + std::to_string(i) + "].route: no such route: " + route);
    }
}

void port_service::reload() { faults_.emplace(vendor_.current().faults, world_.seed); }

void port_service::reset() {
    calls_.clear();
    minute_ = peak_window(std::chrono::minutes(1));
    hour_ = peak_window(std::chrono::hours(1));
    known_ = {};
    strangers_ = {};
}

rate_verdict port_service::take_rate(const request& asked) {
    const auto& limits = vendor_.current().rate_limit;
    if (!limits)
        return {};
    auto& window = vendor_.refuse(asked) ? strangers_ : known_;
    return window.take(*limits, world_.clock.now());
}

reply port_service::vendor_reply(const request& asked, const router::match& found, const rate_verdict& rate) {
    if (!rate.allowed) {
        auto refusal = vendor_.error(429, "API rate limit exceeded.");
        if (rate.retry_after)
            refusal.headers.push_back({"retry-after", std::to_string(rate.retry_after->count())});
        return refusal;
    }
    if (found.found == nullptr && found.allowed.empty())
        return vendor_.error(404, "Not Found");
    if (found.found == nullptr) {
        auto refusal = vendor_.error(405, "Method Not Allowed");
        refusal.headers.push_back({"allow", found.allowed});
        return refusal;
    }
    if (auto refusal = vendor_.refuse(asked))
        return *refusal;
    return found.found->handle(asked, found.values);
}

answer port_service::serve(const request& asked) {
    if (!faults_)
        reload();
    const auto found = vendor_.routes().find(asked);
    const std::string key = found.found == nullptr ? asked.method + std::string(unmatched) : found.found->key();
    const auto number = ++calls_[key];
    minute_.count(world_.clock.now());
    hour_.count(world_.clock.now());
    const auto rate = take_rate(asked);
    const auto fault = faults_->meet(key);

    reply out = fault.performs() ? vendor_reply(asked, found, rate) : reply();
    if (fault.rule != nullptr && fault.rule->kind == fault_kind::status) {
        out = vendor_.error(fault.rule->status, "The sandbox's scenario says so.");
        if (fault.rule->status == 204)
            out.body.clear();
    }
    if (vendor_.current().rate_limit)
        vendor_.tell_rate(rate, out);
    if (!has_header(out, "x-request-id"))
        out.headers.push_back({"x-request-id", make_uuid(world_.seed, key, number, uuid_style::random)});
    return apply(fault, std::move(out), asked);
}

answer port_service::refuse_garbage() {
    answer out;
    out.bytes = to_wire(vendor_.error(400, "That is not an HTTP request this server reads."), framing::content_length,
                        true, true);
    out.after = answer::ending::close;
    return out;
}

} // namespace evalbridge::sandbox
