#include "base/log.hpp"

#include "base/plain_ascii.hpp"
#include "base/utf8.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>

namespace evalbridge {
namespace {

struct level_row {
    log_level level;
    std::string_view name;
    spdlog::level::level_enum backend;
};

constexpr level_row levels[] = {
    {log_level::debug, "debug", spdlog::level::debug},
    {log_level::info, "info", spdlog::level::info},
    {log_level::warning, "warning", spdlog::level::warn},
    {log_level::error, "error", spdlog::level::err},
};

const level_row& row_of(log_level level) { return levels[static_cast<std::size_t>(level)]; }

void append_escape(std::string& out, char32_t c) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(c >> shift) & 15];
}

/// JSON escaping, and beyond it every control character: a log is read on terminals, which act on C1 controls too.
void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        if (const auto plain = plain_ascii_run(text, at); plain > 0) {
            out += text.substr(at, plain);
            at += plain;
            continue;
        }
        const auto next = decode_utf8(text, at);
        const auto bytes = text.substr(at, next.size);
        at += next.size;
        if (!next.valid)
            out += "\xEF\xBF\xBD";
        else if (next.code == '"' || next.code == '\\')
            (out += '\\') += bytes;
        else if (next.code == '\n')
            out += "\\n";
        else if (next.code == '\t')
            out += "\\t";
        else if (is_control(next.code) || next.code == 0x2028 || next.code == 0x2029)
            append_escape(out, next.code);
        else
            out += bytes;
    }
    out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    append_string(out, name);
    out += ':';
    append_string(out, text);
}

template <class Number> void append_number(std::string& out, Number number) {
    std::array<char, 32> digits; // the longest double has 24 characters
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

struct value_writer {
    std::string& out;
    void operator()(std::string_view text) const { append_string(out, text); }
    void operator()(std::int64_t number) const { append_number(out, number); }
    void operator()(bool yes) const { out += yes ? "true" : "false"; }
    void operator()(double number) const {
        if (std::isfinite(number))
            append_number(out, number);
        else
            out += "null";
    }
};

/// UTC with milliseconds, as RFC 3339 has it.
std::string timestamp_of(std::chrono::system_clock::time_point when) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(when - seconds).count();
    thread_local std::time_t known = -1; // many lines are of one second
    thread_local std::array<char, 32> of_known;
    thread_local std::size_t size = 0;
    if (const auto calendar = std::chrono::system_clock::to_time_t(seconds); calendar != known) {
        std::tm parts{};
        gmtime_r(&calendar, &parts);
        size = std::strftime(of_known.data(), of_known.size(), "%Y-%m-%dT%H:%M:%S.000Z", &parts);
        known = calendar;
    }
    auto text = of_known;
    for (auto [place, rest] = std::pair{size - 2, millis}; rest > 0; rest /= 10)
        text[place--] = static_cast<char>('0' + rest % 10);
    return {text.data(), size};
}

class stderr_logger final : public logger {
  public:
    explicit stderr_logger(log_level least)
        : least_(least), backend_("evalbridge", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
        // The line is complete when it gets here; the sink adds its end and writes both at once, under its mutex.
        backend_.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n"));
        backend_.set_level(row_of(least).backend);
        backend_.set_error_handler([](const std::string&) {}); // nowhere left to tell it
    }

    bool enabled(log_level level) const override { return level >= least_; }

    void write(log_level level, std::string_view event, std::initializer_list<log_field> fields) override {
        if (!enabled(level))
            return;
        try {
            const auto line = format_log_line(timestamp_of(std::chrono::system_clock::now()), level, event, fields);
            backend_.log(row_of(level).backend, spdlog::string_view_t(line.data(), line.size()));
        } catch (...) { // out of memory: losing a line is better than losing the request
        }
    }

  private:
    log_level least_;
    spdlog::logger backend_;
};

} // namespace

std::string_view name_of(log_level level) { return row_of(level).name; }

bool parse_log_level(std::string_view text, log_level& level) {
    for (const auto& row : levels) {
        if (row.name == text) {
            level = row.level;
            return true;
        }
    }
    return false;
}

std::unique_ptr<logger> make_stderr_logger(log_level least) { return std::make_unique<stderr_logger>(least); }

std::string format_log_line(std::string_view timestamp, log_level level, std::string_view event,
                            std::initializer_list<log_field> fields) {
    std::string line;
    line.reserve(64 + event.size() + fields.size() * 32);
    line += '{';
    append_member(line, "event", event);
    line += ',';
    append_member(line, "time", timestamp);
    line += ',';
    append_member(line, "level", name_of(level));
    for (const auto& field : fields) {
        line += ',';
        append_string(line, field.name);
        line += ':';
        std::visit(value_writer{line}, field.value);
    }
    line += '}';
    return line;
}

} // namespace evalbridge
