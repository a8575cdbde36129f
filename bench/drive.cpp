// Closed-loop load on one HTTP/1.1 server on loopback: each connection sends its next request when the answer to the
// one before is whole. Bodies are thrown away in the kernel, uncopied, so that it isn't the load that is measured;
// their lengths are checked. Each connection keeps to one line of the list of requests, so no two of them ever ask for
// the same thing at a time unless the list is shorter than the number of connections. With `--walk` one connection goes
// through the list once instead.
//
// Prints one JSON object on stdout: answers, how many came in time, by status, times in microseconds.

#include "bench/sockets.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

namespace {

using namespace evalbridge::bench;
using steady = std::chrono::steady_clock;

struct options {
    int port = 0;
    std::size_t connections = 1;
    double seconds = 1;
    std::string requests; ///< file of `METHOD TARGET [FILE]`, FILE being the body to send
    std::string fields;   ///< more header lines, each with its line end
    bool walk = false;
};

struct outcome {
    std::vector<std::uint32_t> times; ///< ns
    std::map<int, std::uint64_t> statuses;
    std::uint64_t in_time = 0;
    std::uint64_t bytes = 0;
    std::uint64_t other_lengths = 0; ///< answers that aren't as long as the first one on their connection
};

std::vector<std::string> read_requests(const options& chosen) {
    std::ifstream list(chosen.requests);
    std::vector<std::string> requests;
    for (std::string line; std::getline(list, line);) {
        std::istringstream words(line);
        std::string method, target, file;
        words >> method >> target >> file;
        auto request = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + chosen.fields;
        std::string body;
        if (!file.empty()) {
            std::ifstream in(file, std::ios::binary);
            std::ostringstream text;
            text << in.rdbuf();
            body = text.str();
            request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        }
        requests.push_back(request + "\r\n" + body);
    }
    if (requests.empty())
        die("no requests in " + chosen.requests);
    return requests;
}

class client {
  public:
    client(std::uint16_t port, outcome& into) : socket_(connect_on_loopback(port)), into_(into) {}

    int socket() const { return socket_; }

    void ask(const std::string& request) {
        began_ = steady::now();
        head_.clear();
        if (send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
            die("a request could not be sent");
    }

    /// True when the answer is whole.
    bool read() {
        static char bytes[64 * 1024];
        if (left_ > 0) {
            const auto count = recv(socket_, nullptr, left_, MSG_TRUNC | MSG_DONTWAIT);
            check(count);
            left_ -= static_cast<std::size_t>(std::max<ssize_t>(count, 0));
            return left_ == 0 && finish();
        }
        const auto count = recv(socket_, bytes, sizeof(bytes), MSG_DONTWAIT);
        check(count);
        if (count <= 0)
            return false;
        head_.append(bytes, static_cast<std::size_t>(count));
        const auto end = head_.find("\r\n\r\n");
        if (end == std::string::npos)
            return false;
        const auto length = length_in(std::string_view(head_).substr(0, end + 2));
        if (!length)
            die("an answer without Content-Length:\n" + head_.substr(0, end));
        status_ = std::atoi(head_.c_str() + 9);
        length_ = *length;
        left_ = end + 4 + length_ - head_.size();
        return left_ == 0 && finish();
    }

  private:
    static void check(ssize_t count) {
        if (count == 0 || (count < 0 && errno != EAGAIN))
            die("the server closed a connection");
    }

    bool finish() {
        const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now() - began_).count();
        into_.times.push_back(static_cast<std::uint32_t>(std::min<long long>(took, 0xffffffff)));
        ++into_.statuses[status_];
        into_.bytes += length_;
        if (!first_length_)
            first_length_ = length_;
        if (*first_length_ != length_)
            ++into_.other_lengths;
        return true;
    }

    int socket_;
    outcome& into_;
    steady::time_point began_;
    std::string head_; ///< and what of the body came with it
    std::size_t left_ = 0;
    std::size_t length_ = 0;
    std::optional<std::size_t> first_length_;
    int status_ = 0;
};

outcome walk(const options& chosen, const std::vector<std::string>& requests) {
    outcome into;
    client one(static_cast<std::uint16_t>(chosen.port), into);
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    add_to(poll, one.socket(), &one);
    for (const auto& each : requests) {
        one.ask(each);
        for (epoll_event event{}; !one.read();)
            if (epoll_wait(poll, &event, 1, 10'000) == 0)
                die("no answer for 10 s");
    }
    into.in_time = requests.size();
    return into;
}

outcome drive(const options& chosen, const std::vector<std::string>& requests) {
    outcome into;
    into.times.reserve(4'000'000);
    std::vector<client> clients;
    clients.reserve(chosen.connections);
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < chosen.connections; ++i) {
        clients.emplace_back(static_cast<std::uint16_t>(chosen.port), into);
        add_to(poll, clients.back().socket(), &clients.back());
    }
    const auto request_of = [&](const client& each) -> const std::string& {
        return requests[static_cast<std::size_t>(&each - clients.data()) % requests.size()];
    };
    const auto end =
        steady::now() + std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(chosen.seconds));
    for (auto& each : clients)
        each.ask(request_of(each));
    auto waiting = clients.size();
    std::vector<epoll_event> events(chosen.connections);
    // What is under way at the end is waited for, and counts for what it cost but not as a rate.
    while (waiting > 0) {
        const int count = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 10'000);
        if (count == 0)
            die("no answer for 10 s");
        for (int i = 0; i < count; ++i) {
            auto& ready = *static_cast<client*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (!ready.read())
                continue;
            if (steady::now() < end) {
                ++into.in_time;
                ready.ask(request_of(ready));
            } else {
                --waiting;
            }
        }
    }
    return into;
}

void print(outcome& found, double seconds) {
    auto& times = found.times;
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[std::min(times.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times.size())))] /
               1000.0;
    };
    std::printf("{\"answers\":%zu,\"in_time\":%llu,\"seconds\":%.3f,\"bytes\":%llu,\"other_lengths\":%llu,"
                "\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"statuses\":{",
                times.size(), static_cast<unsigned long long>(found.in_time), seconds,
                static_cast<unsigned long long>(found.bytes), static_cast<unsigned long long>(found.other_lengths),
                at(0.5), at(0.9), at(0.99), at(1));
    const char* comma = "";
    for (const auto& [status, count] : found.statuses) {
        std::printf("%s\"%d\":%llu", comma, status, static_cast<unsigned long long>(count));
        comma = ",";
    }
    std::printf("}}\n");
}

options read_options(int argc, char** argv) {
    options chosen;
    chosen.walk = argc > 1 && std::string_view(argv[argc - 1]) == "--walk";
    argc -= chosen.walk ? 1 : 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--port")
            chosen.port = std::atoi(argv[i + 1]);
        else if (name == "--connections")
            chosen.connections = static_cast<std::size_t>(std::atol(argv[i + 1]));
        else if (name == "--seconds")
            chosen.seconds = std::atof(argv[i + 1]);
        else if (name == "--requests")
            chosen.requests = argv[i + 1];
        else if (name == "--field")
            chosen.fields += std::string(argv[i + 1]) + "\r\n";
        else
            chosen.port = 0;
    }
    if (argc % 2 == 0 || chosen.port == 0 || chosen.requests.empty() || chosen.connections == 0)
        die("usage: bench_drive --port N --requests FILE [--connections N] [--seconds S] [--field 'Name: value']..."
            " [--walk]");
    return chosen;
}

} // namespace

int main(int argc, char** argv) {
    const auto chosen = read_options(argc, argv);
    const auto requests = read_requests(chosen);
    const auto began = steady::now();
    auto found = chosen.walk ? walk(chosen, requests) : drive(chosen, requests);
    const std::chrono::duration<double> took = steady::now() - began;
    print(found, chosen.walk ? took.count() : chosen.seconds);
}
