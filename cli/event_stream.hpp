#pragma once
// Server-sent events taken apart, as the WHATWG's HTML standard has it (section 9.2, "Server-sent events"): in pieces
// of any size, with lines that end in LF, CR or both. Invalid UTF-8 is passed on as it came.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::cli {

struct stream_event {
    std::string kind; ///< "message" where the stream names none
    std::string data; ///< its lines, with LF between them
};

class event_stream {
  public:
    static constexpr std::size_t usual_limit = 8 * 1024 * 1024;

    /// `limit`: bytes that a line, and an event's data, may have.
    explicit event_stream(std::size_t limit = usual_limit) : limit_(limit) {}

    /// Takes what comes next and appends the events that it completes. False when one is larger than the limit; nothing
    /// more can be read then.
    [[nodiscard]] bool feed(std::string_view bytes, std::vector<stream_event>& events);

    /// For Last-Event-ID: as of the last event's end. Empty optional while the stream has set none.
    const std::optional<std::string>& last_id() const { return last_id_; }
    /// How long the stream wants us to wait before we connect again; a day at most.
    const std::optional<std::chrono::milliseconds>& retry() const { return retry_; }

  private:
    bool take_line(std::vector<stream_event>& events);
    void take_field(std::string_view name, std::string_view value);
    void end_event(std::vector<stream_event>& events);

    std::size_t limit_;
    std::string line_;
    bool begun_ = false;    ///< past the first line, before which a byte order mark may stand
    bool after_cr_ = false; ///< an LF that comes now belongs to the CR before it
    std::string kind_;
    std::string data_; ///< each line with an LF behind it
    std::optional<std::string> id_;
    std::optional<std::string> last_id_;
    std::optional<std::chrono::milliseconds> retry_;
};

} // namespace evalbridge::cli
