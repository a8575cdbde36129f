// A load generator for one HTTP/1.1 server on loopback: GETs over many kept connections, in a closed loop or at a
// constant rate. At a constant rate a request's time counts from when it was due, not from when a connection was free
// to send it: what queues behind a slow answer is slow too.
//
// Prints one JSON object on stdout: counts and times by outcome, in all and for each slice of time in which the
// requests were due; beside them, how many were answered well in that slice.

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using steady = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

enum class outcome { ok, overloaded, failed, broken, unanswered };
constexpr std::array<const char*, 5> outcome_names = {"ok", "overloaded", "failed", "broken", "unanswered"};

constexpr std::size_t read_size = 64 * 1024;

struct options {
    unsigned short port = 0;
    std::size_t connections = 1;
    double rate = 0; ///< requests a second; 0: closed loop
    double seconds = 1;
    milliseconds slice{1000};
    milliseconds last_answers{5000}; ///< how long answers are waited for after the end
    std::vector<std::string> paths;
    std::string fields; ///< more header lines, each with its line end
};

struct sample {
    outcome what;
    std::int64_t due; ///< us since the beginning
    std::uint32_t us;
};

struct tally {
    std::vector<sample> samples;
    std::map<int, std::uint64_t> statuses;
    std::uint64_t connects_refused = 0;
};

struct answer {
    int status = 0;
    bool closes = false;
    bool overloaded = false;
};

std::string_view field_of(std::string_view head, std::string_view name) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
        const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        if (line.size() <= name.size() || line[name.size()] != ':')
            continue;
        if (!std::equal(name.begin(), name.end(), line.begin(), [&](char a, char b) { return a == lower(b); }))
            continue;
        const auto value = line.substr(name.size() + 1);
        return value.substr(std::min(value.find_first_not_of(' '), value.size()));
    }
    return {};
}

class generator {
  public:
    generator(asio::io_context& io, const options& o)
        : io_(io), options_(o), begin_(steady::now()),
          end_(begin_ + duration_cast<steady::duration>(std::chrono::duration<double>(o.seconds))) {}

    void start() {
        for (std::size_t i = 0; i < options_.connections; ++i)
            asio::co_spawn(io_, client(), [this](const std::exception_ptr&) { ++ended_; });
    }
    bool finished() const { return ended_ == options_.connections; }
    void print() const;

  private:
    struct due {
        std::uint64_t number;
        steady::time_point at;
    };

    std::optional<due> next_due() {
        const auto number = next_;
        auto at = steady::now();
        if (options_.rate > 0)
            at = begin_ + duration_cast<steady::duration>(
                              std::chrono::duration<double>(static_cast<double>(number) / options_.rate));
        if (at >= end_)
            return {};
        ++next_;
        return due{number, at};
    }
    std::int64_t slice_of(std::int64_t us) const { return us / 1000 / options_.slice.count(); }
    sample sample_of(steady::time_point due_at, outcome what) const {
        const auto took = duration_cast<microseconds>(steady::now() - due_at).count();
        return {what, duration_cast<microseconds>(due_at - begin_).count(), static_cast<std::uint32_t>(took)};
    }
    void note(const due& asked, outcome what) { tally_.samples.push_back(sample_of(asked.at, what)); }

    asio::awaitable<void> client();
    asio::awaitable<bool> connect(tcp::socket& socket);
    asio::awaitable<std::optional<answer>> exchange(tcp::socket& socket, std::uint64_t number, std::string& buffer);

    asio::io_context& io_;
    const options& options_;
    const steady::time_point begin_;
    const steady::time_point end_;
    std::uint64_t next_ = 0;
    std::size_t ended_ = 0; ///< clients
    std::unordered_map<std::uint64_t, steady::time_point> under_way_;
    tally tally_;
};

asio::awaitable<bool> generator::connect(tcp::socket& socket) {
    error_code failed;
    socket.close(failed);
    const tcp::endpoint there(asio::ip::address_v4::loopback(), options_.port);
    co_await socket.async_connect(there, asio::redirect_error(asio::use_awaitable, failed));
    if (failed)
        co_return false;
    socket.set_option(tcp::no_delay(true), failed);
    co_return true;
}

asio::awaitable<std::optional<answer>> generator::exchange(tcp::socket& socket, std::uint64_t number,
                                                           std::string& buffer) {
    error_code failed;
    buffer = "GET " + options_.paths[number % options_.paths.size()] + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
             options_.fields + "\r\n";
    co_await asio::async_write(socket, asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, failed));
    if (failed)
        co_return std::nullopt;
    std::size_t have = 0;
    std::size_t head_end = std::string::npos;
    std::size_t whole = std::string::npos;
    while (have < whole) {
        if (buffer.size() < have + read_size)
            buffer.resize(have + read_size);
        have += co_await socket.async_read_some(asio::buffer(buffer.data() + have, buffer.size() - have),
                                                asio::redirect_error(asio::use_awaitable, failed));
        if (failed)
            co_return std::nullopt;
        if (head_end != std::string::npos)
            continue;
        head_end = std::string_view(buffer.data(), have).find("\r\n\r\n");
        if (head_end == std::string::npos)
            continue;
        const auto text = field_of(std::string_view(buffer).substr(0, head_end + 2), "content-length");
        std::size_t length = 0;
        std::from_chars(text.data(), text.data() + text.size(), length);
        whole = head_end + 4 + length;
        if (buffer.size() < whole)
            buffer.resize(whole);
    }
    buffer.resize(whole);
    const auto head = std::string_view(buffer).substr(0, head_end + 2);
    answer out;
    std::from_chars(head.data() + 9, head.data() + 12, out.status);
    out.closes = field_of(head, "connection").starts_with("close");
    out.overloaded = out.status == 503 && buffer.find("\"code\":\"overloaded\"", head_end) != std::string::npos;
    co_return out;
}

asio::awaitable<void> generator::client() {
    tcp::socket socket(io_);
    asio::steady_timer timer(io_);
    std::string buffer;
    error_code ignored;
    bool connected = false;
    for (;;) {
        if (!connected) {
            connected = co_await connect(socket);
            if (!connected) {
                ++tally_.connects_refused;
                if (steady::now() >= end_)
                    co_return;
                timer.expires_after(milliseconds(5));
                co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
                continue;
            }
        }
        const auto asked = next_due();
        if (!asked)
            break;
        if (asked->at > steady::now()) {
            timer.expires_at(asked->at);
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        under_way_.emplace(asked->number, asked->at);
        const auto got = co_await exchange(socket, asked->number, buffer);
        under_way_.erase(asked->number);
        if (!got) {
            note(*asked, outcome::broken);
            connected = false;
            continue;
        }
        ++tally_.statuses[got->status];
        note(*asked, got->status < 300 ? outcome::ok : got->overloaded ? outcome::overloaded : outcome::failed);
        connected = !got->closes;
    }
    socket.close(ignored);
}

// Of a sorted list, in milliseconds.
double percentile(const std::vector<std::uint32_t>& sorted, double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    return sorted[std::min(at, sorted.size() - 1)] / 1000.0;
}

void print_times(std::vector<std::uint32_t> times) {
    std::sort(times.begin(), times.end());
    std::printf("{\"count\":%zu", times.size());
    if (!times.empty())
        std::printf(",\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f", percentile(times, 0.5),
                    percentile(times, 0.9), percentile(times, 0.99), times.back() / 1000.0);
    std::printf("}");
}

using by_outcome = std::array<std::vector<std::uint32_t>, outcome_names.size()>;

void print_outcomes(const by_outcome& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::printf("%s\"%s\":", i ? "," : "", outcome_names[i]);
        print_times(all[i]);
    }
}

void generator::print() const {
    auto samples = tally_.samples;
    for (const auto& [number, at] : under_way_)
        samples.push_back(sample_of(at, outcome::unanswered));
    by_outcome all;
    std::map<std::int64_t, by_outcome> slices;
    std::map<std::int64_t, std::uint64_t> answered_well;
    for (const auto& each : samples) {
        const auto what = static_cast<std::size_t>(each.what);
        all[what].push_back(each.us);
        slices[slice_of(each.due)][what].push_back(each.us);
        if (each.what == outcome::ok)
            ++answered_well[slice_of(each.due + each.us)];
    }
    const std::chrono::duration<double> began = begin_.time_since_epoch();
    // What was due and never got a connection to be sent on.
    const auto due = options_.rate > 0 ? static_cast<std::uint64_t>(options_.rate * options_.seconds) : next_;
    std::printf("{\"began\":%.6f,\"seconds\":%.3f,\"slice_seconds\":%.3f,\"unsent\":%llu,\"connects_refused\":%llu,",
                began.count(), options_.seconds, static_cast<double>(options_.slice.count()) / 1000,
                static_cast<unsigned long long>(due > next_ ? due - next_ : 0),
                static_cast<unsigned long long>(tally_.connects_refused));
    std::printf("\"statuses\":{");
    const char* comma = "";
    for (const auto& [status, count] : tally_.statuses) {
        std::printf("%s\"%d\":%llu", comma, status, static_cast<unsigned long long>(count));
        comma = ",";
    }
    std::printf("},\"all\":{");
    print_outcomes(all);
    std::printf("},\"slices\":[");
    comma = "";
    for (const auto& [number, outcomes] : slices) {
        std::printf("%s{\"number\":%lld,\"answered_well\":%llu,", comma, static_cast<long long>(number),
                    static_cast<unsigned long long>(answered_well[number]));
        print_outcomes(outcomes);
        std::printf("}");
        comma = ",";
    }
    std::printf("]}\n");
}

[[noreturn]] void usage() {
    std::fputs("usage: bench_load --port N --paths FILE [--connections N] [--rate PER_SECOND] [--seconds S]\n"
               "                  [--slice-ms N] [--last-answers-ms N] [--field 'Name: value']...\n",
               stderr);
    std::exit(2);
}

options read_options(int argc, char** argv) {
    options o;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const char* value = argv[i + 1];
        if (name == "--port")
            o.port = static_cast<unsigned short>(std::atoi(value));
        else if (name == "--connections")
            o.connections = static_cast<std::size_t>(std::atol(value));
        else if (name == "--rate")
            o.rate = std::atof(value);
        else if (name == "--seconds")
            o.seconds = std::atof(value);
        else if (name == "--slice-ms")
            o.slice = milliseconds(std::atol(value));
        else if (name == "--last-answers-ms")
            o.last_answers = milliseconds(std::atol(value));
        else if (name == "--field")
            o.fields += std::string(value) + "\r\n";
        else if (name == "--paths") {
            std::ifstream in(value);
            for (std::string line; std::getline(in, line);)
                o.paths.push_back(line);
        } else
            usage();
    }
    if (argc % 2 == 0 || o.port == 0 || o.paths.empty() || o.slice.count() < 1)
        usage();
    return o;
}

} // namespace

int main(int argc, char** argv) {
    const auto chosen = read_options(argc, argv);
    asio::io_context io(1);
    generator load(io, chosen);
    load.start();
    // Until every client is done, or the last answers have taken too long.
    asio::steady_timer last(io, std::chrono::duration_cast<steady::duration>(
                                    std::chrono::duration<double>(chosen.seconds) + chosen.last_answers));
    last.async_wait([&](const error_code&) { io.stop(); });
    while (io.run_one() > 0 && !load.finished())
        ;
    load.print();
}
