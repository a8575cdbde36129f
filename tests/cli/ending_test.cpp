// What following runs ends with.

#include "cli/ending.hpp"
#include "tests/cli/watching.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using namespace std::chrono_literals;
using namespace evalbridge::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Ending, ShowsTheSummaryThatCameWithTheEnd) {
    watching w;
    w.stream({opened_stream(), sent(done())});
    EXPECT_EQ(follow_to_the_end(w.gateway, w.console.to, {created()}, {}, output::text), exit_done);
    EXPECT_THAT(w.console.out.str(), HasSubstr("p:1  completed"));
    EXPECT_THAT(w.console.out.str(), HasSubstr("all metrics"));
    EXPECT_THAT(w.gateway.targets, IsEmpty());
}

TEST(Ending, FetchesASummaryThatDidNotCome) {
    watching w;
    w.stream({opened_stream(), sent(done("9", "completed", "null"))});
    w.gateway.push("/v1/runs/p:1/summary", 200, summary_json + "\n");
    EXPECT_EQ(follow_to_the_end(w.gateway, w.console.to, {created()}, {}, output::object), exit_done);
    EXPECT_EQ(w.console.out.str(),
              R"({"runs":[)" + run_json("completed") + R"(],"summaries":[)" + summary_json + "]}\n");
    EXPECT_THAT(w.gateway.targets, ElementsAre("/v1/runs/p:1/summary"));
}

TEST(Ending, PrintsALineForAllThatIsTold) {
    watching w;
    w.stream({opened_stream(), sent(event("1", "status", run_json("running"))), sent(done())});
    follow_options options;
    options.each = [&](const std::string& data) { w.console.out << data << '\n'; };
    EXPECT_EQ(follow_to_the_end(w.gateway, w.console.to, {created()}, options, output::lines), exit_done);
    const auto end = R"({"run":)" + run_json("completed") + R"(,"summary":)" + summary_json + R"(,"problem":null})";
    EXPECT_EQ(w.console.out.str(), run_json("running") + "\n" + end + "\n");

    watching polled;
    polled.gateway.push("/v1/runs/p:1", 200, run_json("completed") + "\n");
    polled.gateway.push("/v1/runs/p:1/summary", 200, summary_json);
    options.each = [&](const std::string& data) { polled.console.out << data << '\n'; };
    EXPECT_EQ(follow_to_the_end(polled.gateway, polled.console.to, {created()}, options, output::lines), exit_done);
    EXPECT_EQ(polled.console.out.str(), run_json("completed") + "\n" + end + "\n");
}

TEST(Ending, FailsWithTheRunAndWithoutItsEnd) {
    watching failed;
    failed.stream({opened_stream(), sent(done("9", "failed"))});
    EXPECT_EQ(follow_to_the_end(failed.gateway, failed.console.to, {created()}, {}, output::text), exit_failed);

    watching late;
    late.stream({opened_stream()});
    follow_options options;
    options.give_up = 5s;
    EXPECT_EQ(follow_to_the_end(late.gateway, late.console.to, {created()}, options, output::text), exit_failed);
    EXPECT_THAT(late.console.err.str(), HasSubstr("error: the run didn't end in the time of --give-up\n"));
    EXPECT_THAT(late.console.err.str(), HasSubstr("  evalbridge watch p:1\n"));

    watching stopped;
    stopped.stream({opened_stream()});
    stopped.gateway.interrupt_after = 1;
    EXPECT_EQ(follow_to_the_end(stopped.gateway, stopped.console.to, {created()}, {}, output::text), exit_interrupted);
    EXPECT_THAT(stopped.console.err.str(), HasSubstr("The run goes on without you."));

    watching unknown;
    unknown.gateway.answers["/v1/runs/p:1"] = {refusal(404, "not_found")};
    run_view never_seen;
    never_seen.id = "p:1";
    EXPECT_EQ(follow_to_the_end(unknown.gateway, unknown.console.to, {never_seen}, {}, output::text), exit_failed);
    EXPECT_THAT(unknown.console.err.str(), HasSubstr("error: it is so\n"));
    EXPECT_THAT(unknown.console.err.str(), Not(HasSubstr("goes on")));

    watching no_summary;
    no_summary.stream({opened_stream(), sent(done("9", "completed", "null"))});
    EXPECT_EQ(follow_to_the_end(no_summary.gateway, no_summary.console.to, {created()}, {}, output::text), exit_failed);
}

TEST(Ending, PrintsTheRunsAlsoWithoutTheirEnd) {
    follow_options options;
    options.give_up = 5s;
    watching unheard;
    unheard.stream({opened_stream()});
    const auto as_created = R"({"id":"p:1"})";
    EXPECT_EQ(
        follow_to_the_end(unheard.gateway, unheard.console.to, {created()}, options, output::object, {as_created}),
        exit_failed);
    EXPECT_EQ(unheard.console.out.str(), R"({"runs":[{"id":"p:1"}],"summaries":[null]})"
                                         "\n");

    watching heard;
    heard.stream({opened_stream(), sent(event("1", "status", run_json("running")))});
    heard.gateway.interrupt_after = 1;
    EXPECT_EQ(follow_to_the_end(heard.gateway, heard.console.to, {created()}, {}, output::object, {as_created}),
              exit_interrupted);
    EXPECT_EQ(heard.console.out.str(), R"({"runs":[)" + run_json("running") +
                                           R"(],"summaries":[null]})"
                                           "\n");
}
