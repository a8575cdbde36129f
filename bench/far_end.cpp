// A far end for benchmarks: answers each request with bytes that were written beforehand, as fast as the machine
// allows, so that what is measured is the program before it. One thread; large answers go from a file's pages to the
// socket.
//
// bench_far_end ROUTES: each line is `METHOD TARGET STATUS PART...`, a part being `FILE:OFFSET:LENGTH` in the folder of
// ROUTES. The answer's body is its parts in a row; `@serial@0000` in what comes first is another number in each answer,
// as the ids of what is created are. Prints one JSON line on stdout when it listens. `GET /__calls` tells how many
// requests there were; what nobody has told it is a 404, and is named on stderr.

#include "bench/sockets.hpp"

#include <sys/sendfile.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

using namespace evalbridge::bench;

/// A body up to this size is sent with its head in one call.
constexpr off_t copied_up_to = 64 * 1024;
constexpr std::string_view serial_mark = "@serial@0000";

struct part {
    int file;
    off_t offset;
    off_t length;
};

struct answer {
    std::string first; ///< the head, and as much of the body as is copied
    std::vector<part> rest;
    std::size_t serial = std::string::npos; ///< where the mark is
};

class routes {
  public:
    explicit routes(const std::string& list) : folder_(list.substr(0, list.rfind('/') + 1)) {
        std::ifstream in(list);
        if (!in)
            die("no such list of routes: " + list);
        for (std::string line; std::getline(in, line);)
            add(line);
        not_found_.first = head(404, 2) + "{}";
    }

    const answer& find(std::string_view method_and_target) {
        if (method_and_target == "GET /__calls") {
            const auto count = std::to_string(calls_);
            calls_told_.first = head(200, static_cast<off_t>(count.size())) + count;
            return calls_told_;
        }
        ++calls_;
        const auto found = answers_.find(std::string(method_and_target));
        if (found != answers_.end()) {
            number(found->second);
            return found->second;
        }
        std::fprintf(stderr, "not told: %.*s\n", static_cast<int>(method_and_target.size()), method_and_target.data());
        return not_found_;
    }

  private:
    static std::string head(int status, off_t length) {
        return "HTTP/1.1 " + std::to_string(status) +
               " Told\r\nServer: far-end\r\nDate: Mon, 04 May 2026 08:00:00 GMT\r\nContent-Type: application/json\r\n"
               "Content-Length: " +
               std::to_string(length) + "\r\nConnection: keep-alive\r\n\r\n";
    }

    // Such an answer is small, so the one before has left the buffer.
    void number(answer& made) {
        if (made.serial == std::string::npos)
            return;
        char digits[serial_mark.size() + 1];
        std::snprintf(digits, sizeof(digits), "%0*llu", static_cast<int>(serial_mark.size()),
                      static_cast<unsigned long long>(calls_));
        made.first.replace(made.serial, serial_mark.size(), digits);
    }

    int file(const std::string& name) {
        auto& known = files_[name];
        if (!known)
            known = open((folder_ + name).c_str(), O_RDONLY | O_CLOEXEC) + 1;
        if (known == 0)
            die("no such file: " + folder_ + name);
        return known - 1;
    }

    void add(const std::string& line) {
        std::istringstream words(line);
        std::string method, target, text;
        int status = 0;
        words >> method >> target >> status;
        std::vector<part> parts;
        off_t length = 0;
        while (words >> text) {
            const auto second = text.rfind(':');
            const auto first = text.rfind(':', second - 1);
            parts.push_back(
                {file(text.substr(0, first)), std::atoll(text.c_str() + first + 1), std::atoll(&text[second + 1])});
            length += parts.back().length;
        }
        answer made;
        made.first = head(status, length);
        for (const auto& each : parts) {
            if (!made.rest.empty() || each.length > copied_up_to) {
                made.rest.push_back(each);
                continue;
            }
            const auto before = made.first.size();
            made.first.resize(before + static_cast<std::size_t>(each.length));
            if (pread(each.file, &made.first[before], static_cast<std::size_t>(each.length), each.offset) !=
                each.length)
                die("too short for its routes: a file in " + folder_);
        }
        made.serial = made.first.find(serial_mark);
        answers_.insert_or_assign(method + " " + target, std::move(made));
    }

    std::string folder_;
    std::unordered_map<std::string, int> files_; ///< descriptor + 1
    std::unordered_map<std::string, answer> answers_;
    answer not_found_;
    answer calls_told_;
    std::uint64_t calls_ = 0;
};

class connection {
  public:
    connection(int socket, int poll) : socket_(socket), poll_(poll) {}
    ~connection() { close(socket_); }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    int socket() const { return socket_; }

    /// False when it is over.
    bool on_ready(routes& from) {
        if (!sending_) {
            if (!read())
                return false;
        } else if (!send_on()) {
            return false;
        }
        while (!sending_) {
            const auto size = request_size();
            if (size == 0)
                break;
            const std::string_view line(in_.data(), in_.find(" HTTP/1"));
            sending_ = &from.find(line);
            in_.erase(0, size);
            sent_ = 0;
            part_ = 0;
            if (!send_on())
                return false;
        }
        return true;
    }

  private:
    bool read() {
        char bytes[16 * 1024];
        const auto count = recv(socket_, bytes, sizeof(bytes), 0);
        if (count <= 0)
            return count < 0 && errno == EAGAIN;
        in_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }

    /// 0: not whole yet.
    std::size_t request_size() const {
        const auto end = in_.find("\r\n\r\n");
        if (end == std::string::npos)
            return 0;
        const auto body = length_in(std::string_view(in_).substr(0, end + 2)).value_or(0);
        return in_.size() < end + 4 + body ? 0 : end + 4 + body;
    }

    bool send_on() {
        const auto& out = *sending_;
        while (sent_ < static_cast<off_t>(out.first.size())) {
            const auto offset = static_cast<std::size_t>(sent_);
            const auto count = send(socket_, out.first.data() + offset, out.first.size() - offset,
                                    MSG_NOSIGNAL | (out.rest.empty() ? 0 : MSG_MORE));
            if (count < 0)
                return blocked();
            sent_ += count;
        }
        while (part_ < out.rest.size()) {
            const auto& now = out.rest[part_];
            off_t offset = now.offset + in_part_;
            const auto count = sendfile(socket_, now.file, &offset, static_cast<std::size_t>(now.length - in_part_));
            if (count <= 0)
                return count < 0 && blocked();
            in_part_ += count;
            if (in_part_ == now.length) {
                ++part_;
                in_part_ = 0;
            }
        }
        sending_ = nullptr;
        if (waits_to_send_)
            listen_for(EPOLLIN);
        waits_to_send_ = false;
        return true;
    }

    bool blocked() {
        if (errno != EAGAIN)
            return false;
        if (!waits_to_send_)
            listen_for(EPOLLOUT);
        waits_to_send_ = true;
        return true;
    }

    void listen_for(std::uint32_t what) {
        epoll_event event{};
        event.events = what;
        event.data.ptr = this;
        epoll_ctl(poll_, EPOLL_CTL_MOD, socket_, &event);
    }

    int socket_;
    int poll_;
    std::string in_;
    const answer* sending_ = nullptr;
    off_t sent_ = 0; ///< of its first bytes
    std::size_t part_ = 0;
    off_t in_part_ = 0; ///< bytes sent of that part
    bool waits_to_send_ = false;
};

void take(int listener, int poll) {
    const int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0)
        return;
    set_no_delay(socket);
    auto* made = new connection(socket, poll); // deleted when it is over
    add_to(poll, socket, made);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2)
        die("usage: bench_far_end ROUTES");
    routes told(argv[1]);
    const auto [listener, port] = listen_on_loopback();
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    add_to(poll, listener, nullptr);
    std::printf("{\"listen\":\"127.0.0.1:%d\"}\n", port);
    std::fflush(stdout);
    std::vector<epoll_event> events(256);
    for (;;) {
        const int count = epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            auto* of = static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (!of)
                take(listener, poll);
            else if (!of->on_ready(told))
                delete of;
        }
    }
}
