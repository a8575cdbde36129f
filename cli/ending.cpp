#include "cli/ending.hpp"

#include "cli/command.hpp"
#include "cli/conclude.hpp"
#include "cli/raw_json.hpp"
#include "cli/show.hpp"
#include "cli/text.hpp"

#include <boost/json/parse.hpp>

#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

constexpr duration summary_patience = 2min;

void explain_how_to_resume(const std::vector<run_view>& runs, const console& to) {
    std::vector<std::string> going_on;
    for (const auto& each : runs)
        if (!each.terminal && !each.status.empty()) // of one without a status it isn't known that it exists
            going_on.push_back(on_one_line(each.id));
    if (going_on.empty())
        return;
    to.err << (going_on.size() == 1 ? "The run goes on without you. Watch it again with\n"
                                    : "The runs go on without you. Watch them again with\n");
    for (const auto& id : going_on)
        to.err << "  evalbridge watch " << id << '\n';
}

/// The summary's JSON: as it came with the run's end, else fetched. Nothing, with the exit code, where it can't be
/// read.
std::optional<std::string> summary_of(gateway& from, const console& to, const followed& done, std::size_t i,
                                      int& exit) {
    if (done.summaries[i])
        return done.summaries[i];
    auto got = get_patiently(from, run_target(done.runs[i].id) + "/summary", summary_patience, to.err);
    if (got.ok())
        return std::string(trimmed(got.body));
    exit = report(got, from, to);
    return {};
}

/// Shows the summaries of runs that have ended.
int finish(gateway& from, const console& to, const followed& done, output form) {
    auto conclusion = conclude(done.runs);
    std::vector<std::string> summaries;
    for (std::size_t i = 0; i < done.runs.size(); ++i) {
        const auto summary = summary_of(from, to, done, i, conclusion.exit);
        if (form == output::text) {
            to.out << (i == 0 ? "" : "\n") << headline_of(done.runs[i]) << '\n';
            boost::system::error_code code;
            if (summary)
                show_summary(to, read_summary(json::parse(*summary, code)));
        } else if (form == output::lines && summary && !done.summaries[i]) {
            to.out << R"({"run":)" << trimmed(done.bodies[i]) << R"(,"summary":)" << *summary << R"(,"problem":null})"
                   << '\n';
        }
        summaries.push_back(summary.value_or("null"));
    }
    if (form == output::object)
        print_object(to, done.bodies, summaries);
    to.out.flush();
    for (const auto& each : conclusion.reasons)
        to.err << each << '\n';
    return conclusion.exit;
}

/// What is known of runs that weren't followed to their end: they have been started and cost money, whatever came then.
void print_unfinished(const console& to, const followed& done, const std::vector<std::string>& before) {
    auto bodies = done.bodies;
    std::vector<std::string> summaries;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        if (bodies[i].empty())
            bodies[i] = i < before.size() ? before[i] : "null";
        summaries.push_back(done.summaries[i].value_or("null"));
    }
    print_object(to, bodies, summaries);
}

} // namespace

int follow_to_the_end(gateway& from, const console& to, const std::vector<run_view>& runs,
                      const follow_options& options, output form, const std::vector<std::string>& bodies) {
    const auto done = follow(from, to, runs, options);
    if (done.how != followed::end::all_ended && form == output::object)
        print_unfinished(to, done, bodies);
    switch (done.how) {
    case followed::end::all_ended: return finish(from, to, done, form);
    case followed::end::interrupted: explain_how_to_resume(done.runs, to); return exit_interrupted;
    case followed::end::gave_up:
        to.err << "error: the " << (runs.size() == 1 ? "run" : "runs") << " didn't end in the time of --give-up\n";
        break;
    case followed::end::refused: break;
    }
    explain_how_to_resume(done.runs, to);
    return exit_failed;
}

void print_object(const console& to, const std::vector<std::string>& runs, const std::vector<std::string>& summaries) {
    const auto print = [&](const std::vector<std::string>& all) {
        for (std::size_t i = 0; i < all.size(); ++i)
            to.out << (i == 0 ? "" : ",") << trimmed(all[i]);
    };
    to.out << R"({"runs":[)";
    print(runs);
    to.out << R"(],"summaries":[)";
    print(summaries);
    to.out << "]}\n";
}

} // namespace evalbridge::cli
