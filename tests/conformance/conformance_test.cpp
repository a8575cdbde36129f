// The same list for every vendor: what the rest of the gateway relies on, whoever is at the other end.

#include "adapters/registry.hpp"
#include "tests/conformance/harness.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace evalbridge::conformance {
namespace {

class Conformance : public ::testing::TestWithParam<vendor_under_test> {};

// Every read of the contract, as something that fails or doesn't.
std::map<std::string, std::optional<error>> errors_of_reads(harness& h) {
    auto& p = h.under_test();
    const auto& c = h.any_call();
    const read_options plain;
    const verdict_filter all;
    const list_window first;
    std::map<std::string, std::optional<error>> out;
    const auto keep = [&](std::string name, const auto& outcome) {
        out[std::move(name)] = outcome ? std::optional<error>() : std::optional<error>(outcome.error());
    };
    keep("get_run", h.run(p.get_run("r1", plain, c)));
    keep("list_results", h.run(p.list_results("r1", all, first, plain, c)));
    keep("list_verdicts", h.run(p.list_verdicts("r1", all, first, plain, c)));
    keep("get_result", h.run(p.get_result("r1", "1", plain, c)));
    keep("get_summary", h.run(p.get_summary("r1", plain, c)));
    return out;
}

TEST(ConformanceSuite, CoversEveryRegisteredVendor) {
    std::set<std::string_view> covered;
    for (const auto& each : all_under_test())
        covered.insert(each.entry->name);
    for (const auto* each : vendors())
        EXPECT_TRUE(covered.count(each->name)) << each->name;
    EXPECT_EQ(find_vendor(vendors(), "toy"), nullptr) << "the toy is the tests' alone";
}

TEST_P(Conformance, StartsARun) {
    harness h(GetParam());
    const auto started = h.run(h.under_test().create_runs(GetParam().spec, h.any_call()));
    ASSERT_TRUE(started) << started.error().detail();
    ASSERT_EQ(started->size(), 1u);
    EXPECT_EQ(started->front().id, "under-test:r1");
    EXPECT_EQ(started->front().native_id, "r1");
    EXPECT_EQ(started->front().provider, "under-test");
    EXPECT_EQ(started->front().vendor, GetParam().entry->name);
    int creates = 0;
    for (const auto& call : h.wire().calls)
        creates += call.may_replay == replay::only_if_unsent;
    EXPECT_EQ(creates, 1) << "the one request that may never be sent twice";
}

TEST_P(Conformance, RefusesWhatItCannotDoAndSendsNothing) {
    harness h(GetParam());
    const auto refused = h.run(h.under_test().create_runs(GetParam().impossible, h.any_call()));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), errc::unsupported);
    ASSERT_FALSE(refused.error().faults().empty());
    EXPECT_EQ(refused.error().faults().front().pointer.substr(0, 6), "/scope");
    EXPECT_TRUE(h.wire().requests.empty());
}

TEST_P(Conformance, SaysThatAFailedCreateMayHaveStartedARun) {
    auto h = std::make_unique<harness>(GetParam());
    h->wire().push(500, R"({"message":"oops"})");
    const auto failed = h->run(h->under_test().create_runs(GetParam().spec, h->any_call()));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code(), errc::provider_unavailable);
    EXPECT_TRUE(failed.error().request_sent());
    EXPECT_FALSE(failed.error().retryable());
    EXPECT_EQ(h->wire().requests.size(), 1u);
}

TEST_P(Conformance, MapsEveryDocumentedStatus) {
    for (const auto& row : GetParam().statuses) {
        harness h(GetParam(), shape{1, 1, row.native});
        const auto found = h.run(h.under_test().get_run("r1", read_options(), h.any_call()));
        ASSERT_TRUE(found) << found.error().detail();
        EXPECT_EQ(name_of(found->status), name_of(row.unified)) << row.native;
        EXPECT_EQ(found->native_status, row.native);
        EXPECT_FALSE(found->outcome.has_value()) << "no outcome was given, so none may be told";
    }
}

TEST_P(Conformance, KeepsAStatusItDoesNotKnow) {
    harness h(GetParam(), shape{1, 1, "HIBERNATING"});
    const auto found = h.run(h.under_test().get_run("r1", read_options(), h.any_call()));
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_EQ(found->status, run_status::unknown);
    EXPECT_EQ(found->native_status, "HIBERNATING");
}

TEST_P(Conformance, TellsWhoseFaultItIs) {
    struct {
        int status;
        errc code;
    } const rows[] = {
        {401, errc::provider_rejected},    {403, errc::provider_rejected},    {404, errc::not_found},
        {500, errc::provider_unavailable}, {503, errc::provider_unavailable}, {302, errc::provider_malformed},
    };
    for (const auto& row : rows) {
        auto h = answering(GetParam(), answer_with(row.status));
        for (const auto& [operation, failed] : errors_of_reads(h)) {
            ASSERT_TRUE(failed) << operation << " took a " << row.status;
            EXPECT_EQ(name_of(failed->code()), name_of(row.code)) << operation << " on " << row.status;
            if (row.code != errc::not_found) {
                ASSERT_TRUE(failed->provider()) << operation << " on " << row.status;
                EXPECT_EQ(failed->provider()->name, "under-test");
                EXPECT_EQ(failed->provider()->status, row.status);
            }
        }
    }
}

TEST_P(Conformance, PassesOnHowLongAThrottlingVendorWantsUsToWait) {
    auto throttling = answer_with(429);
    throttling.fields.add("Retry-After", "7");
    auto h = answering(GetParam(), throttling);
    for (const auto& [operation, failed] : errors_of_reads(h)) {
        ASSERT_TRUE(failed) << operation;
        EXPECT_EQ(failed->code(), errc::provider_throttled) << operation;
        EXPECT_EQ(failed->retry_after(), std::chrono::seconds(7)) << operation;
    }
}

TEST_P(Conformance, RefusesAnswersThatAreNotWhatTheyShouldBe) {
    const std::string deep(100'000, '[');
    const std::string bodies[] = {"",
                                  "{}",
                                  "[1,2",
                                  "null",
                                  "42",
                                  "\"text\"",
                                  deep,
                                  "<html></html>",
                                  "{\"x\":\"\xff\xfe\"}",
                                  "{\"id\":",
                                  std::string("{\"a\":1}\0{}", 10)};
    for (const auto& body : bodies) {
        auto h = answering(GetParam(), json_answer(body));
        const auto found = h.run(h.under_test().get_run("r1", read_options(), h.any_call()));
        ASSERT_FALSE(found) << body.substr(0, 40);
        EXPECT_EQ(found.error().code(), errc::provider_malformed) << body.substr(0, 40);
        EXPECT_EQ(found.error().detail().find("planted-secret"), std::string::npos);
        for (const auto& [operation, failed] : errors_of_reads(h)) {
            if (failed) {
                EXPECT_TRUE(failed->code() == errc::provider_malformed || failed->code() == errc::not_found)
                    << operation << ": " << name_of(failed->code());
            }
        }
    }
}

TEST_P(Conformance, WalksEachItemExactlyOnceWhateverThePageSize) {
    for (const auto& held : {shape{0, 0, {}}, shape{1, 1, {}}, shape{7, 3, {}}, shape{230, 2, {}}, shape{450, 1, {}}}) {
        for (const std::uint32_t limit : {1u, 7u, 50u, 1000u}) {
            if (limit == 1 && held.items > 50)
                continue;
            harness h(GetParam(), held);
            std::set<std::string> seen;
            for (const auto& each : h.walk_verdicts({}, limit))
                EXPECT_TRUE(seen.insert(each.id).second) << each.id;
            EXPECT_EQ(seen.size(), std::size_t(held.items * held.metrics)) << held.items << " items by " << limit;
            std::set<std::string> items;
            for (const auto& each : h.walk_results({}, limit))
                EXPECT_TRUE(items.insert(each.id).second) << each.id;
            EXPECT_EQ(items.size(), std::size_t(held.metrics ? held.items : 0)) << held.items << " items by " << limit;
        }
    }
}

TEST_P(Conformance, FiltersWhetherOrNotTheVendorCan) {
    harness h(GetParam(), shape{30, 3, {}});
    const auto all = h.walk_verdicts({}, 1000);
    std::vector<verdict_filter> filters(4);
    filters[0].passed = verdict_filter::passed_is::no;
    filters[1].metric = "metric-1";
    filters[2].trace_id = "item-4";
    filters[3].passed = verdict_filter::passed_is::undecided;
    for (const auto& filter : filters) {
        std::set<std::string> expected;
        for (const auto& each : all)
            if (matches(filter, each))
                expected.insert(each.id);
        for (const std::uint32_t limit : {1u, 4u, 1000u}) {
            std::multiset<std::string> got;
            for (const auto& each : h.walk_verdicts(filter, limit))
                got.insert(each.id);
            EXPECT_EQ(got, std::multiset<std::string>(expected.begin(), expected.end()));
        }
    }
}

TEST_P(Conformance, GivesAVerdictTheSameIdOnEveryRead) {
    harness h(GetParam(), shape{3, 2, {}});
    std::set<std::string> from_list;
    for (const auto& each : h.walk_verdicts({}, 2))
        from_list.insert(each.id);
    std::set<std::string> from_items;
    for (const auto& item : h.walk_results({}, 2)) {
        const auto single = h.run(h.under_test().get_result("r1", item.id, read_options(), h.any_call()));
        ASSERT_TRUE(single) << single.error().detail();
        for (const auto& each : single->verdicts)
            from_items.insert(each.id);
    }
    EXPECT_EQ(from_list, from_items);
    EXPECT_EQ(from_list.size(), 6u);
}

TEST_P(Conformance, SummarisesWhatItsVerdictsSay) {
    harness h(GetParam(), shape{5, 3, {}});
    summary_fold fold("under-test:r1");
    for (const auto& each : h.walk_verdicts({}, 1000))
        fold.add(each);
    const auto folded = fold.finish();
    const auto told = h.run(h.under_test().get_summary("r1", read_options(), h.any_call()));
    ASSERT_TRUE(told) << told.error().detail();
    EXPECT_EQ(told->counts.total, folded.counts.total);
    EXPECT_EQ(told->counts.passed, folded.counts.passed);
    EXPECT_EQ(told->counts.failed, folded.counts.failed);
    EXPECT_EQ(told->counts.undecided, folded.counts.undecided);
    EXPECT_EQ(told->counts.errored, folded.counts.errored);
    EXPECT_EQ(told->metrics.size(), folded.metrics.size());
    if (GetParam().judges) {
        EXPECT_EQ(told->counts.passed, 8);
    } else {
        EXPECT_EQ(told->counts.undecided, 15) << "nothing says who passed, so nobody did or didn't";
    }
}

// What was kept for good; a catalogue is of no run.
std::vector<std::string_view> operations_kept(const testing::scripted_upstream& wire) {
    std::vector<std::string_view> out;
    for (const auto& each : wire.kept)
        if (each.how_long == lasting::for_good)
            out.push_back(each.operation);
    return out;
}

TEST_P(Conformance, KeepsARunOnceItHasEnded) {
    for (const auto& row : GetParam().statuses) {
        harness h(GetParam(), shape{1, 1, row.native});
        const auto c = h.any_call().named("asked_for_the_run");
        const auto found = h.run(h.under_test().get_run("r1", read_options(), c));
        ASSERT_TRUE(found) << found.error().detail();
        const auto kept = operations_kept(h.wire());
        if (!is_terminal(row.unified)) {
            EXPECT_TRUE(kept.empty()) << row.native;
            continue;
        }
        ASSERT_EQ(kept.size(), 1u) << row.native;
        const auto& first = h.wire().kept.front();
        EXPECT_EQ(first.request.method, http_method::get);
        EXPECT_EQ(first.request.target, h.wire().requests.front().target);
        EXPECT_EQ(first.answer.status, 200);
        EXPECT_NE(first.answer.body.view().find(row.native), std::string::npos) << "the answer as it came";
    }
}

TEST_P(Conformance, KeepsNothingOfARunThatGoesOn) {
    for (const auto& row : GetParam().statuses) {
        if (is_terminal(row.unified))
            continue;
        harness h(GetParam(), shape{3, 2, row.native});
        (void)errors_of_reads(h);
        EXPECT_TRUE(operations_kept(h.wire()).empty()) << row.native;
        for (const auto& each : h.wire().kept)
            EXPECT_EQ(each.request.target.find("r1"), std::string::npos) << each.request.target;
    }
}

TEST_P(Conformance, KeepsNothingThatAWriteWasAnswered) {
    harness h(GetParam());
    (void)h.run(h.under_test().create_runs(GetParam().spec, h.any_call()));
    (void)h.run(h.under_test().cancel_run("r1", h.any_call()));
    for (const auto& each : h.wire().kept)
        EXPECT_EQ(each.request.method, http_method::get) << each.request.target;
}

TEST_P(Conformance, AsksNothingAgainOfARunThatIsKnownToHaveEnded) {
    harness h(GetParam(), shape{230, 2, {}});
    h.any_call().run_has_ended = true;
    h.wire().answers_from_kept = true;
    const auto first = errors_of_reads(h);
    const auto asked = h.wire().requests.size();
    ASSERT_GT(asked, 0u);
    const auto again = errors_of_reads(h);
    EXPECT_EQ(h.wire().requests.size(), asked);
    for (const auto& [operation, failed] : first)
        EXPECT_EQ(failed.has_value(), again.at(operation).has_value()) << operation;
    const auto before = h.walk_verdicts({}, 100);
    const auto asked_to_walk = h.wire().requests.size();
    const auto after = h.walk_verdicts({}, 100);
    EXPECT_EQ(h.wire().requests.size(), asked_to_walk);
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i)
        EXPECT_EQ(before[i].id, after[i].id);
}

TEST_P(Conformance, KeepsNothingThatItCouldNotRead) {
    for (const auto& bad : {json_answer("{"), json_answer("[]"), json_answer("42"), answer_with(404), answer_with(503),
                            answer_with(429)}) {
        auto h = answering(GetParam(), bad);
        h.any_call().run_has_ended = true;
        (void)errors_of_reads(h);
        for (const auto& each : h.wire().kept)
            EXPECT_EQ(each.answer.body, "[]") << each.operation << " kept " << bad.status << ' ' << bad.body;
    }
}

TEST_P(Conformance, SaysWhichAnswerItCouldNotRead) {
    auto h = answering(GetParam(), json_answer("{\"half", 203));
    const auto failed = h.run(h.under_test().get_run("r1", read_options(), h.any_call()));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code(), errc::provider_malformed);
    ASSERT_TRUE(failed.error().provider());
    EXPECT_EQ(failed.error().provider()->name, "under-test");
    EXPECT_EQ(failed.error().provider()->status, 203);
}

TEST_P(Conformance, GivesTheVendorsOwnJsonWhenAsked) {
    harness h(GetParam());
    read_options raw;
    raw.raw = true;
    const auto found = h.run(h.under_test().get_run("r1", raw, h.any_call()));
    ASSERT_TRUE(found && found->raw);
    EXPECT_NE(found->raw->view().find(GetParam().done), std::string::npos);
    boost::json::error_code bad;
    boost::json::parse(found->raw->view(), bad);
    EXPECT_FALSE(bad);
    const auto list = h.run(h.under_test().list_verdicts("r1", {}, list_window(), raw, h.any_call()));
    ASSERT_TRUE(list);
    for (const auto& each : list->items) {
        ASSERT_TRUE(each.measured.raw);
        EXPECT_NE(each.measured.raw->view().find(each.measured.metric.native_name), std::string::npos);
    }
}

TEST_P(Conformance, NeverPutsTheCredentialIntoARequest) {
    harness h(GetParam());
    (void)h.run(h.under_test().create_runs(GetParam().spec, h.any_call()));
    (void)errors_of_reads(h);
    ASSERT_FALSE(h.wire().requests.empty());
    for (const auto& request : h.wire().requests) {
        EXPECT_EQ(request.target.find("planted-secret") + request.body.find("planted-secret"),
                  std::string::npos + std::string::npos);
        for (const auto& field : request.fields)
            EXPECT_EQ(field.value.find("planted-secret"), std::string::npos);
    }
}

INSTANTIATE_TEST_SUITE_P(Vendors, Conformance, ::testing::ValuesIn(all_under_test()), name_of_case);

} // namespace
} // namespace evalbridge::conformance
