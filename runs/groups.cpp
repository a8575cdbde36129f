#include "runs/groups.hpp"

#include "runs/create_cause.hpp"

namespace evalbridge {
namespace {

error not_configured(const std::string& provider) {
    return error(errc::unsupported)
        .because("The provider " + provider + " is not configured.")
        .fault("/suite", "is to run on " + provider + ", which is not configured");
}

result<void> check_on(const provider_set& providers, const run_spec& spec) {
    const auto* const from = providers.find(spec.provider);
    return from ? from->check(spec) : not_configured(spec.provider);
}

// The body names the suite alone, so that is where its faults are.
error at_the_suite(const error& refusal, const std::string& provider) {
    std::vector<input_fault> faults;
    for (const auto& each : refusal.faults()) {
        const auto where = each.pointer.empty() || each.pointer == "/suite" ? "" : each.pointer + ": ";
        faults.push_back({"/suite", "its spec on " + provider + ": " + where + each.detail, "body"});
    }
    if (faults.empty())
        faults.push_back({"/suite", "its spec on " + provider + ": " + refusal.detail(), "body"});
    return error(refusal.code(), refusal.source()).because(refusal.detail()).faults(std::move(faults));
}

} // namespace

result<group_plan> plan_group(const run_creator& creator, const provider_set& providers, const create_request& asked,
                              const suite_request& request) {
    const auto& of = *request.of;
    const auto primary = spec_on(request, of.primary);
    if (const auto possible = check_on(providers, primary); !possible)
        return at_the_suite(possible.error(), of.primary);

    group_plan plan;
    plan.members.push_back(creator.record_of_spec(asked, primary));
    plan.group = {make_unique_id(), asked.client, of.name, plan.members.front().created_at};
    for (const auto& provider : of.shadows) {
        const auto spec = spec_on(request, provider);
        auto& member = plan.members.emplace_back(creator.record_of_spec(asked, spec));
        member.role = create_role::shadow;
        if (const auto possible = check_on(providers, spec); !possible) {
            member.state = create_state::refused;
            member.cause = write_cause(possible.error());
            member.settled_at = member.created_at;
        }
    }
    for (std::size_t i = 0; i < plan.members.size(); ++i) {
        plan.members[i].group_id = plan.group.group_id;
        plan.members[i].place = static_cast<int>(i);
    }
    return plan;
}

} // namespace evalbridge
