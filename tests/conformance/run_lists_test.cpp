// Runs that a vendor lists, and our tag in their names: what a create whose answer was lost is found by.

#include "tests/conformance/harness.hpp"

#include <map>

namespace evalbridge::conformance {
namespace {

class RunLists : public ::testing::TestWithParam<vendor_under_test> {};

INSTANTIATE_TEST_SUITE_P(Vendors, RunLists, ::testing::ValuesIn(all_under_test()), name_of_case);

// A listing that the vendor takes, if it takes any.
std::optional<run_listing> listing_of(const provider& p) {
    run_listing which;
    if (p.can().lists_runs_by_test_case)
        which.test_case_id = "t1";
    else if (!p.can().lists_runs)
        return {};
    return which;
}

const std::string create_id = "0123456789abcdef0123";

run_spec tagged(const vendor_under_test& vendor) {
    auto spec = vendor.spec;
    spec.name = "nightly";
    spec.tag = run_tag_format().tag_of(create_id);
    return spec;
}

std::map<std::string, std::optional<error>> errors_of_lists(harness& h, const vendor_under_test& vendor) {
    std::map<std::string, std::optional<error>> out;
    const auto keep = [&](std::string name, const auto& outcome) {
        out[std::move(name)] = outcome ? std::optional<error>() : std::optional<error>(outcome.error());
    };
    auto& p = h.under_test();
    const auto which = listing_of(p);
    if (!which)
        return out;
    keep("list_runs", h.run(p.list_runs(*which, h.any_call())));
    keep("find_started", h.run(p.find_started(tagged(vendor), h.any_call())));
    return out;
}

TEST_P(RunLists, PutsItsTagIntoWhatItSendsAndOffWhatItTells) {
    if (!GetParam().names_runs)
        GTEST_SKIP() << "its runs have no names";
    harness h(GetParam());
    const auto spec = tagged(GetParam());
    const auto started = h.run(h.under_test().create_runs(spec, h.any_call()));
    ASSERT_TRUE(started) << started.error().detail();
    EXPECT_NE(h.wire().requests.at(0).body.find("nightly " + *spec.tag), std::string::npos);
    EXPECT_EQ(started->front().name.value_or("").find(*spec.tag), std::string::npos);
    EXPECT_EQ(started->front().name.value_or("").find("nightly"), 0u);
}

TEST_P(RunLists, ListsRunsWithoutTheirTags) {
    harness h(GetParam());
    auto& p = h.under_test();
    const auto which = listing_of(p);
    if (!which) {
        const auto refused = h.run(p.list_runs({}, h.any_call()));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), errc::unsupported);
        EXPECT_EQ(h.run(p.find_started(tagged(GetParam()), h.any_call())).error().code(), errc::unsupported);
        EXPECT_TRUE(h.wire().requests.empty());
        return;
    }
    const auto listed = h.run(p.list_runs(*which, h.any_call()));
    ASSERT_TRUE(listed) << listed.error().detail();
    ASSERT_EQ(listed->size(), 2u);
    EXPECT_EQ((*listed)[0].id, "under-test:r1");
    EXPECT_EQ((*listed)[0].name, "nightly");
    EXPECT_EQ((*listed)[0].create_id, create_id);
    EXPECT_EQ((*listed)[1].id, "under-test:r2");
    EXPECT_EQ((*listed)[1].name, "by hand");
    EXPECT_FALSE((*listed)[1].create_id);
    EXPECT_TRUE(h.wire().kept.empty()) << "another run may be started any time";
}

TEST_P(RunLists, FindsWhatACreateStarted) {
    harness h(GetParam());
    auto& p = h.under_test();
    if (!listing_of(p))
        GTEST_SKIP() << "it lists no runs";
    auto spec = tagged(GetParam());
    const auto found = h.run(p.find_started(spec, h.any_call()));
    ASSERT_TRUE(found) << found.error().detail();
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().id, "under-test:r1");
    EXPECT_EQ(found->front().name, "nightly");
    spec.tag = run_tag_format().tag_of("ffffffffffffffffffff");
    const auto none = h.run(p.find_started(spec, h.any_call()));
    ASSERT_TRUE(none) << none.error().detail();
    EXPECT_TRUE(none->empty());
    for (const auto& each : h.wire().requests)
        EXPECT_EQ(each.method, http_method::get);
    spec.tag.reset();
    EXPECT_EQ(h.run(p.find_started(spec, h.any_call())).error().code(), errc::unsupported);
}

TEST_P(RunLists, TellsWhoseFaultAListIs) {
    struct {
        int status;
        errc code;
    } const rows[] = {
        {401, errc::provider_rejected},    {403, errc::provider_rejected},  {500, errc::provider_unavailable},
        {503, errc::provider_unavailable}, {429, errc::provider_throttled}, {302, errc::provider_malformed},
    };
    for (const auto& row : rows) {
        auto h = answering(GetParam(), answer_with(row.status));
        for (const auto& [operation, failed] : errors_of_lists(h, GetParam())) {
            ASSERT_TRUE(failed) << operation << " took a " << row.status;
            EXPECT_EQ(name_of(failed->code()), name_of(row.code)) << operation << " on " << row.status;
            EXPECT_EQ(failed->provider()->status, row.status);
        }
    }
    for (const auto* body : {"", "{}", "[1,2", "42", "<html></html>", R"({"x":)"}) {
        auto h = answering(GetParam(), json_answer(body));
        auto failures = errors_of_lists(h, GetParam());
        if (failures.empty())
            continue;
        ASSERT_TRUE(failures["find_started"]) << "nothing may be taken for no run: " << body;
        EXPECT_EQ(failures["find_started"]->code(), errc::provider_malformed) << body;
    }
}

} // namespace
} // namespace evalbridge::conformance
