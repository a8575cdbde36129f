#pragma once
// Structured log lines: one JSON object a line on stderr, `event` first. A line is built from named fields, never from
// a format string, so that nothing a client or vendor sends can forge a second line.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace evalbridge {

enum class log_level { debug, info, warning, error };

/// The level's word in configuration and in lines; `parse` is false for anything else.
std::string_view name_of(log_level level);
bool parse_log_level(std::string_view text, log_level& level);

struct log_field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;

    log_field(std::string_view n, std::string_view v) : name(n), value(v) {}
    log_field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
    log_field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
    log_field(std::string_view n, bool v) : name(n), value(v) {}
    log_field(std::string_view n, double v) : name(n), value(v) {}
    template <class I>
        requires std::integral<I>
    log_field(std::string_view n, I v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

class logger {
  public:
    virtual ~logger() = default;
    virtual bool enabled(log_level level) const = 0;
    /// Never throws, never blocks for longer than a write to stderr.
    virtual void write(log_level level, std::string_view event, std::initializer_list<log_field> fields) = 0;

    void debug(std::string_view event, std::initializer_list<log_field> f = {}) { write(log_level::debug, event, f); }
    void info(std::string_view event, std::initializer_list<log_field> f = {}) { write(log_level::info, event, f); }
    void warning(std::string_view event, std::initializer_list<log_field> f = {}) {
        write(log_level::warning, event, f);
    }
    void error(std::string_view event, std::initializer_list<log_field> f = {}) { write(log_level::error, event, f); }
};

/// Lines on stderr, from any thread.
std::unique_ptr<logger> make_stderr_logger(log_level least);
/// The line that a logger writes for these, without the newline: for loggers in tests.
std::string format_log_line(std::string_view timestamp, log_level level, std::string_view event,
                            std::initializer_list<log_field> fields);

} // namespace evalbridge
