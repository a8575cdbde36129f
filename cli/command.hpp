#pragma once
// What every subcommand's file gives to the program: its flags, its help, and what it does.

#include "cli/client.hpp"
#include "cli/console.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace evalbridge::cli {

/// What the command line asked for; set by the subcommand that was named, run once everything has been parsed.
using action = std::function<int(const console&)>;

void add_serve(CLI::App& program, action& chosen);
void add_sandbox(CLI::App& program, action& chosen);
void add_check_config(CLI::App& program, action& chosen);
void add_store(CLI::App& program, action& chosen);
void add_run(CLI::App& program, action& chosen);
void add_runs(CLI::App& program, action& chosen);
void add_suites(CLI::App& program, action& chosen);
void add_watch(CLI::App& program, action& chosen);
void add_verdicts(CLI::App& program, action& chosen);
void add_export(CLI::App& program, action& chosen);
void add_compare(CLI::App& program, action& chosen);

/// Which gateway, as flags and environment say it.
struct connection_flags {
    std::string url;
    std::string api_key_file;
    std::chrono::milliseconds timeout{30000};
    /// After which a stream that says nothing is given up; three of the gateway's heartbeats.
    std::chrono::milliseconds silence{45000};
};

/// `--url`, `--api-key-file` and `--timeout`, in a group of their own. The flags outlive the parsing.
void add_connection_flags(CLI::App& command, connection_flags& flags);
/// Null, with the reason on `err`, where the flags name no gateway or no readable key.
std::unique_ptr<gateway> connect(const connection_flags& flags, const console& to);

/// A flag that takes a time such as `2s` between these bounds.
void add_interval(CLI::App& command, const std::string& name, std::chrono::milliseconds& into,
                  std::chrono::milliseconds min, std::chrono::milliseconds max, const std::string& help);

/// A flag that takes how many: a whole number, 0 or more.
void add_count(CLI::App& command, const std::string& names, std::uint64_t& into, const std::string& help);

/// Prints the answer's problem, or that the user interrupted it; gives the exit code. `hint` as in `explain`.
int report(const answer& failed, const gateway& from, const console& to, const std::optional<std::string>& hint = {});

} // namespace evalbridge::cli
