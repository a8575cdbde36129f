#include "cli/command.hpp"
#include "cli/export_file.hpp"
#include "cli/exporting.hpp"
#include "cli/follow.hpp"
#include "cli/text.hpp"
#include "cli/verdict_filter.hpp"
#include "cli/view.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

/// A gateway waits so long for a page before it gives up, and says nothing meanwhile.
constexpr int pages_of_silence = 5;

struct export_command {
    connection_flags connection;
    std::string id;
    std::string format = "ndjson";
    std::string output;
    verdict_filter_flags which;
    bool raw = false;
    bool byte_order_mark = false;
    bool unguarded = false;
    bool require_terminal = false;
    bool resume = false;
    bool packed = false;

    row_form form() const {
        return format == "csv" ? row_form::csv : format == "junit" ? row_form::document : row_form::lines;
    }
};

std::string target_of(const export_command& command) {
    auto out = run_target(command.id) + "/export?format=" + command.format;
    add_parameters(out, command.which);
    add_parameter(out, "include", command.raw ? "raw" : "");
    add_parameter(out, "bom", command.byte_order_mark ? "true" : "");
    add_parameter(out, "guard", command.unguarded ? "false" : "");
    add_parameter(out, "require_terminal", command.require_terminal ? "true" : "");
    return out;
}

/// Of the run's summary, where it counts the same as the export has rows.
std::optional<std::uint64_t> total_of(gateway& from, const export_command& command) {
    if (command.which.any())
        return {};
    const auto got = from.get(run_target(command.id) + "/summary");
    boost::system::error_code code;
    const auto parsed = got.ok() ? json::parse(got.body, code) : json::value();
    const auto total = code ? 0 : read_summary(parsed).whole.total;
    return total > 0 ? std::optional(static_cast<std::uint64_t>(total)) : std::nullopt;
}

int wrong(const console& to, const std::string& why) {
    to.err << "error: " << why << '\n';
    return exit_usage;
}

int unwritten(const console& to, const std::string& why) {
    to.err << "error: can't write " << on_one_line(why) << '\n';
    return exit_failed;
}

std::string plural(std::uint64_t rows) {
    return with_separators(static_cast<long long>(rows)) + (rows == 1 ? " row" : " rows");
}

class export_action {
  public:
    export_action(const export_command& command, gateway& from, const console& to)
        : command_(command), from_(from), to_(to), file_(command.output, target_of(command), command.packed) {}

    int run() {
        wish_.target = target_of(command_);
        wish_.form = command_.form();
        wish_.header = wish_.form == row_form::csv;
        wish_.timeout = command_.connection.timeout;
        // On a terminal that shows the rows themselves nothing is drawn between them.
        wish_.shows_progress = to_.live_err && (writes_file() || to_.width == 0);
        if (const int failed = prepare(); failed != exit_done)
            return failed;
        if (wish_.shows_progress && wish_.form != row_form::document)
            wish_.total = total_of(from_, command_);
        const auto done = read_export(from_, to_, wish_, sink());
        return conclude(done);
    }

  private:
    bool writes_file() const { return !command_.output.empty(); }
    /// Whether what was written stays where somebody can go on with it.
    bool keeps_part() const { return writes_file() && file_.keeps_part(); }

    int prepare() {
        if (!writes_file())
            return exit_done;
        if (command_.resume && !file_.has_part())
            return wrong(to_, "--resume: there is no " + on_one_line(file_.part_name()) +
                                  ", so no part of this export with these flags");
        if (const auto failed = file_.claim(); !failed.empty())
            return unwritten(to_, failed);
        row_counter rows(wish_.form, wish_.header);
        if (command_.resume)
            if (const auto failed = file_.resume(rows); !failed.empty())
                return unwritten(to_, failed);
        wish_.had = rows.rows();
        if (command_.resume && wish_.had == 0) // else its header would come twice
            if (const auto failed = file_.begin(); !failed.empty())
                return unwritten(to_, failed);
        return exit_done;
    }

    export_sink sink() {
        export_sink out;
        if (keeps_part())
            out.begin_anew = [this] { return file_.begin(); };
        if (writes_file()) {
            out.write = [this](std::string_view bytes) { return file_.write(bytes); };
            return out;
        }
        out.write = [this](std::string_view bytes) -> std::string {
            to_.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            return to_.out ? "" : "stdout";
        };
        return out;
    }

    int conclude(const exported& done) {
        if (done.how == exported::end::whole)
            return finish(done);
        const int code = tell_why(done);
        if (wish_.form == row_form::document || done.rows == 0)
            file_.discard();
        return code;
    }

    int tell_why(const exported& done) {
        switch (done.how) {
        case exported::end::whole: break;
        case exported::end::unwritten:
            return writes_file() ? unwritten(to_, done.why) : exit_failed; // what can't be written to says so itself
        case exported::end::overlong:
            to_.err << "error: " << on_one_line(file_.part_name()) << " has " << plural(done.rows)
                    << ", which is more than the run has now; export it again without --resume\n";
            return exit_failed;
        case exported::end::interrupted: tell_how_to_go_on(done, "interrupted"); return exit_interrupted;
        case exported::end::refused: break;
        }
        std::optional<std::string> hint;
        if (done.failed.begun && wish_.form != row_form::document) // a report holds the reason
            hint = "where the gateway broke it off, its log says why: `export_broken`";
        const int code = report(done.failed, from_, to_, hint);
        tell_how_to_go_on(done, "broken off");
        return code;
    }

    int finish(const exported& done) {
        to_.out.flush();
        if (writes_file())
            if (const auto failed = file_.finish(); !failed.empty())
                return unwritten(to_, failed);
        if (done.run_terminal == false)
            to_.err << "warning: the run goes on: this is what it had found when it was read\n";
        if (wish_.shows_progress) {
            export_progress all(from_.now() - done.took, wish_.had, {});
            all.now_at(done.rows, from_.now());
            const auto what = wish_.form == row_form::document ? std::string("written") : all.conclusion(from_.now());
            to_.err << (writes_file() ? on_one_line(command_.output) + ": " : std::string()) << what << '\n';
        }
        return exit_done;
    }

    void tell_how_to_go_on(const exported& done, const char* why) {
        if (done.rows == 0 && !(wish_.form == row_form::document && done.begun))
            return;
        if (!keeps_part()) {
            to_.err << why << (done.rows > 0 ? " after " + plural(done.rows) : "")
                    << "; what was written is not complete\n";
            return;
        }
        if (wish_.form == row_form::document)
            return;
        if (const auto failed = file_.flush(); !failed.empty()) {
            unwritten(to_, failed);
            return;
        }
        to_.err << why << ": " << on_one_line(file_.part_name()) << " has " << plural(done.rows)
                << "; give the same command with --resume to go on\n";
    }

    const export_command& command_;
    gateway& from_;
    const console& to_;
    export_file file_;
    export_wish wish_;
};

int carry_out(export_command command, const console& to) {
    if (command.output == "-")
        command.output.clear();
    if (command.output.empty() && (command.resume || command.packed))
        return wrong(to, std::string(command.resume ? "--resume" : "--gzip") + " needs --output");
    if (command.form() != row_form::csv && (command.byte_order_mark || command.unguarded))
        return wrong(to, std::string(command.byte_order_mark ? "--bom" : "--no-guard") + " is for --format csv");
    if (command.form() == row_form::document && (command.raw || command.resume))
        return wrong(to, std::string(command.raw ? "--raw" : "--resume") + " has no place in --format junit");
    command.connection.silence = command.connection.timeout * pages_of_silence;
    const auto from = connect(command.connection, to);
    if (!from)
        return exit_usage;
    return export_action(command, *from, to).run();
}

} // namespace

void add_export(CLI::App& program, action& chosen) {
    auto* command = program.add_subcommand("export", "Write all that a run found to a file, or to stdout");
    auto flags = std::make_shared<export_command>();
    command->add_option("id", flags->id, "The run's id, <provider>:<native id>")->required()->type_name("RUN");
    command->add_option("-f,--format", flags->format, "ndjson: as the API gives it, one a line; junit: for a CI system")
        ->check(CLI::IsMember({"ndjson", "csv", "junit"}).description(""))
        ->type_name("ndjson|csv|junit")
        ->capture_default_str();
    command->add_option("-o,--output", flags->output, "The file; it has its name once it is whole")->type_name("FILE");
    command->add_flag("--resume", flags->resume, "Go on with the part that an export with the same flags has left");
    command->add_flag("--gzip", flags->packed, "Write the file packed");
    command->add_flag("--require-terminal", flags->require_terminal, "Fail where the run hasn't ended");
    command->add_flag("--raw", flags->raw, "With the vendor's JSON in each row");
    command->add_flag("--bom", flags->byte_order_mark, "Begin CSV with a byte order mark, for spreadsheets");
    command->add_flag("--no-guard", flags->unguarded,
                      "Write CSV's texts as they are, also those that a spreadsheet takes for formulas");
    add_verdict_filter(*command, flags->which);
    add_connection_flags(*command, flags->connection);
    command->footer(R"(
What breaks off is gone on with by itself. Where that doesn't help, and after an interruption, the part stays beside the
file, and the same command with --resume goes on behind its last row.

Examples:
  evalbridge export staso-prod:5d0c... -o verdicts.ndjson
  evalbridge export gradient-prod:1f2e... --format csv --passed false --level all -o failed.csv.gz --gzip
  evalbridge export staso-prod:5d0c... --format junit --require-terminal -o report.xml)");
    command->callback([flags, &chosen] { chosen = [flags](const console& to) { return carry_out(*flags, to); }; });
}

} // namespace evalbridge::cli
