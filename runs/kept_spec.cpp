#include "runs/kept_spec.hpp"

#include <algorithm>
#include <variant>

namespace evalbridge {

result<run_spec> spec_of(const create_record& create) {
    const auto text = parse_client_json(create.spec);
    auto spec = text ? read_run_spec(*text) : result<run_spec>(text.error());
    if (!spec)
        return error(errc::internal).because("The store's spec of the run can't be read: " + spec.error().detail());
    spec->suite = create.suite;
    spec->tag = create.tag;
    spec->asked_at = timestamp(std::chrono::microseconds(create.created_at));
    return spec;
}

std::size_t runs_expected(const run_spec& spec) {
    const auto* of = std::get_if<test_case_scope>(&spec.scope);
    return of ? std::max<std::size_t>(1, of->agents.size() + of->deployments.size()) : 1;
}

} // namespace evalbridge
