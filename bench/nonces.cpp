// Holds a gateway to giving every client its own answer. This program is both ends: a vendor whose every answer carries
// the nonce that the request's path named, on connections that it spoils at random, and clients that look for anybody
// else's nonce in what the gateway gives them.
//
// Prints {"vendor_port":N} when the vendor listens, reads the gateway's port from stdin, and prints its findings as one
// JSON object on stdout.

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
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
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::string_view mark = "nz"; ///< what every nonce begins with, and nothing else does
constexpr std::size_t nonce_digits = 24;

struct options {
    std::uint64_t calls = 20000;
    std::size_t clients = 50;
    std::uint64_t seed = 1;
    int slow_ms = 400;         ///< beyond the gateway's attempt_timeout
    bool late_surplus = false; ///< surplus also a while after an answer, when the next request may be on its way
    std::string prefix;        ///< of a run's path, up to the nonce
};

enum class spoil {
    nothing,
    interim,       ///< 1xx answers before the answer, with somebody else's nonce
    surplus,       ///< somebody else's whole answer right after the answer
    surplus_bytes, ///< a few bytes of it
    late_surplus,  ///< somebody else's whole answer a little later
    close_before,  ///< of a byte of the answer
    reset_before,
    close_in_head,
    close_in_body,
    reset_in_body,
    close_after, ///< without having said so
    close_told,
    late,     ///< a little
    too_late, ///< when the gateway has given up; then the answer comes all the same
    in_pieces,
    chunked,
    until_close,
};

struct spoil_row {
    spoil what;
    const char* name;
    double weight;
};
constexpr spoil_row spoils[] = {
    {spoil::nothing, "nothing", 66},
    {spoil::interim, "interim", 5},
    {spoil::surplus, "surplus", 3},
    {spoil::surplus_bytes, "surplus_bytes", 1},
    {spoil::late_surplus, "late_surplus", 2},
    {spoil::close_before, "close_before", 2},
    {spoil::reset_before, "reset_before", 1},
    {spoil::close_in_head, "close_in_head", 1.5},
    {spoil::close_in_body, "close_in_body", 1.5},
    {spoil::reset_in_body, "reset_in_body", 0.5},
    {spoil::close_after, "close_after", 2},
    {spoil::close_told, "close_told", 2},
    {spoil::late, "late", 5},
    {spoil::too_late, "too_late", 0.2},
    {spoil::in_pieces, "in_pieces", 3},
    {spoil::chunked, "chunked", 2},
    {spoil::until_close, "until_close", 1},
};

class chance {
  public:
    explicit chance(std::uint64_t seed) : engine_(seed) {}
    double share() { return std::uniform_real_distribution<double>(0, 1)(engine_); }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
    std::string nonce() {
        std::string out(mark);
        for (std::size_t i = 0; i < nonce_digits; ++i)
            out += "0123456789abcdef"[below(16)];
        return out;
    }
    const spoil_row& draw(bool with_late_surplus) {
        double all = 0;
        for (const auto& each : spoils)
            all += each.weight;
        double at = share() * all;
        for (const auto& each : spoils)
            if ((at -= each.weight) < 0)
                return each.what == spoil::late_surplus && !with_late_surplus ? spoils[0] : each;
        return spoils[0];
    }

  private:
    std::mt19937_64 engine_;
};

struct findings {
    std::uint64_t calls = 0;
    std::uint64_t own = 0;     ///< 2xx with their own nonce and no other
    std::uint64_t foreign = 0; ///< answers with somebody else's nonce
    std::uint64_t lacking = 0; ///< 2xx without their own
    std::uint64_t broken = 0;  ///< no whole answer from the gateway
    std::map<int, std::uint64_t> statuses;
    std::map<std::string, std::uint64_t> spoilt;
    std::uint64_t vendor_requests = 0;
    std::string first_foreign;
};

// What the gateway is to keep apart: the nonce is in every member that reaches the client.
std::string run_body(const std::string& nonce) {
    const bool ended = nonce.back() < '4';
    return R"({"id":")" + nonce + R"(","name":")" + nonce + R"(","description":"of )" + nonce + R"(","status":")" +
           (ended ? "completed" : "running") + R"(","scope":{"trace_id":")" + nonce +
           R"("},"zero_configs":["latency_p95"],"agent_version":")" + nonce +
           R"(","created_at":"2026-05-01T00:00:00Z","trigger":"on_demand"})";
}

std::string head(std::string_view framing) {
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + std::string(framing) + "\r\n\r\n";
}

std::string whole(const std::string& body) { return head("content-length: " + std::to_string(body.size())) + body; }

std::string in_chunks(const std::string& body) {
    const auto half = body.size() / 2;
    std::array<char, 20> size{};
    std::string out = head("transfer-encoding: chunked");
    for (const auto& piece : {body.substr(0, half), body.substr(half)}) {
        const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
        out.append(size.data(), end).append("\r\n").append(piece).append("\r\n");
    }
    return out + "0\r\n\r\n";
}

// ---- the vendor

class vendor {
  public:
    vendor(asio::io_context& io, const options& o, findings& found)
        : io_(io), options_(o), found_(found), chance_(o.seed * 2 + 1),
          acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
    unsigned short port() const { return acceptor_.local_endpoint().port(); }
    void start() { asio::co_spawn(io_, accept(), asio::detached); }

  private:
    asio::awaitable<void> accept() {
        for (;;) {
            error_code failed;
            auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
            if (!failed)
                asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
        }
    }
    asio::awaitable<void> serve(tcp::socket socket);
    asio::awaitable<bool> answer(tcp::socket& socket, asio::steady_timer& timer, std::string nonce);
    asio::awaitable<bool> write(tcp::socket& socket, std::string bytes);
    asio::awaitable<void> pause(asio::steady_timer& timer, int ms);

    asio::io_context& io_;
    const options& options_;
    findings& found_;
    chance chance_;
    tcp::acceptor acceptor_;
};

asio::awaitable<bool> vendor::write(tcp::socket& socket, std::string bytes) {
    error_code failed;
    co_await asio::async_write(socket, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

asio::awaitable<void> vendor::pause(asio::steady_timer& timer, int ms) {
    error_code ignored;
    timer.expires_after(milliseconds(ms));
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> vendor::serve(tcp::socket socket) {
    error_code failed;
    socket.set_option(tcp::no_delay(true), failed);
    asio::steady_timer timer(io_);
    std::string buffer;
    for (bool goes_on = true; goes_on;) {
        std::size_t end = buffer.find("\r\n\r\n");
        while (end == std::string::npos) {
            const auto have = buffer.size();
            buffer.resize(have + 4096);
            const auto got = co_await socket.async_read_some(asio::buffer(buffer.data() + have, 4096),
                                                             asio::redirect_error(asio::use_awaitable, failed));
            buffer.resize(have + got);
            if (failed)
                co_return;
            end = buffer.find("\r\n\r\n");
        }
        const auto at = buffer.find(mark);
        if (at == std::string::npos || at > buffer.find("\r\n"))
            co_return;
        auto nonce = buffer.substr(at, mark.size() + nonce_digits);
        buffer.erase(0, end + 4);
        ++found_.vendor_requests;
        goes_on = co_await answer(socket, timer, std::move(nonce));
    }
}

// False where the connection has ended or is to end.
asio::awaitable<bool> vendor::answer(tcp::socket& socket, asio::steady_timer& timer, std::string nonce) {
    const auto& how = chance_.draw(options_.late_surplus);
    ++found_.spoilt[how.name];
    const auto body = run_body(nonce);
    const auto plain = whole(body);
    const auto forged = whole(run_body(chance_.nonce()));
    const auto body_at = plain.size() - body.size();
    error_code ignored;
    switch (how.what) {
    case spoil::nothing: co_return co_await write(socket, plain);
    case spoil::interim:
        co_return co_await write(socket, "HTTP/1.1 103 Early Hints\r\nlink: <" + chance_.nonce() +
                                             ">\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + plain);
    case spoil::surplus: co_return co_await write(socket, plain + forged);
    case spoil::surplus_bytes: co_return co_await write(socket, plain + forged.substr(0, 1 + chance_.below(40)));
    case spoil::late_surplus: {
        co_await write(socket, plain);
        const auto ms = static_cast<int>(chance_.below(3));
        co_await pause(timer, ms);
        co_return co_await write(socket, forged);
    }
    case spoil::close_before: co_return false;
    case spoil::reset_before: socket.set_option(asio::socket_base::linger(true, 0), ignored); co_return false;
    case spoil::close_in_head: co_await write(socket, plain.substr(0, 1 + chance_.below(body_at - 1))); co_return false;
    case spoil::close_in_body:
        co_await write(socket, plain.substr(0, body_at + chance_.below(body.size())));
        co_return false;
    case spoil::reset_in_body:
        co_await write(socket, plain.substr(0, body_at + chance_.below(body.size())));
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        co_return false;
    case spoil::close_after: co_await write(socket, plain); co_return false;
    case spoil::close_told:
        co_await write(socket, head("connection: close\r\ncontent-length: " + std::to_string(body.size())) + body);
        co_return false;
    case spoil::late: {
        const auto ms = static_cast<int>(1 + chance_.below(20));
        co_await pause(timer, ms);
        co_return co_await write(socket, plain);
    }
    case spoil::too_late: co_await pause(timer, options_.slow_ms); co_return co_await write(socket, plain);
    case spoil::in_pieces: {
        const auto cut = 1 + chance_.below(plain.size() - 1);
        co_await write(socket, plain.substr(0, cut));
        co_await pause(timer, 1);
        co_return co_await write(socket, plain.substr(cut));
    }
    case spoil::chunked: co_return co_await write(socket, in_chunks(body));
    case spoil::until_close: co_await write(socket, head("connection: close") + body); co_return false;
    }
    co_return false;
}

// ---- the clients

class clients {
  public:
    clients(asio::io_context& io, const options& o, unsigned short port, findings& found)
        : io_(io), options_(o), there_(asio::ip::address_v4::loopback(), port), found_(found), chance_(o.seed * 2) {}
    void start() {
        for (std::size_t i = 0; i < options_.clients; ++i)
            asio::co_spawn(io_, client(), [this](const std::exception_ptr&) { ++ended_; });
    }
    bool finished() const { return ended_ == options_.clients; }

  private:
    // Now and then a nonce that another client has just asked for, so that what is shared and kept is looked at too.
    std::string next_nonce() {
        constexpr std::size_t remembered = 64;
        if (recent_.size() == remembered && chance_.share() < 0.1)
            return recent_[chance_.below(remembered)];
        auto fresh = chance_.nonce();
        if (recent_.size() < remembered)
            recent_.push_back(fresh);
        else
            recent_[chance_.below(remembered)] = fresh;
        return fresh;
    }
    asio::awaitable<void> client();
    asio::awaitable<bool> ask(tcp::socket& socket, std::string nonce, std::string& buffer);
    void judge(const std::string& nonce, int status, std::string_view answer);

    asio::io_context& io_;
    const options& options_;
    const tcp::endpoint there_;
    findings& found_;
    chance chance_;
    std::vector<std::string> recent_;
    std::uint64_t begun_ = 0;
    std::size_t ended_ = 0;
};

void clients::judge(const std::string& nonce, int status, std::string_view answer) {
    ++found_.statuses[status];
    bool own = false;
    bool foreign = false;
    for (auto at = answer.find(mark); at != std::string_view::npos; at = answer.find(mark, at + 1)) {
        const auto text = answer.substr(at, mark.size() + nonce_digits);
        const auto digits = text.substr(mark.size());
        if (digits.size() < nonce_digits || digits.find_first_not_of("0123456789abcdef") != std::string_view::npos)
            continue;
        (text == nonce ? own : foreign) = true;
    }
    if (foreign && found_.first_foreign.empty())
        found_.first_foreign = "asked for " + nonce + ": " + std::string(answer);
    found_.foreign += foreign;
    if (status >= 300)
        return;
    found_.lacking += !own;
    found_.own += own && !foreign;
}

// False where the connection is of no more use.
asio::awaitable<bool> clients::ask(tcp::socket& socket, std::string nonce, std::string& buffer) {
    error_code failed;
    buffer = "GET " + options_.prefix + nonce + " HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: " + nonce + "\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, failed));
    buffer.clear();
    std::size_t end = std::string::npos;
    std::size_t size = 0;
    while (!failed && (end == std::string::npos || buffer.size() < size)) {
        const auto have = buffer.size();
        buffer.resize(have + 8192);
        const auto got = co_await socket.async_read_some(asio::buffer(buffer.data() + have, 8192),
                                                         asio::redirect_error(asio::use_awaitable, failed));
        buffer.resize(have + got);
        if (end != std::string::npos)
            continue;
        end = buffer.find("\r\n\r\n");
        if (end == std::string::npos)
            continue;
        constexpr std::string_view name = "\r\nContent-Length: ";
        const auto at = std::search(buffer.begin(), buffer.end(), name.begin(), name.end(),
                                    [](char a, char b) { return (a | 32) == (b | 32); });
        std::size_t length = 0;
        if (at < buffer.begin() + static_cast<std::ptrdiff_t>(end))
            std::from_chars(&*at + name.size(), buffer.data() + end, length);
        size = end + 4 + length;
    }
    ++found_.calls;
    if (failed) {
        ++found_.broken;
        co_return false;
    }
    int status = 0;
    std::from_chars(buffer.data() + 9, buffer.data() + 12, status);
    judge(nonce, status, buffer);
    const bool surplus = buffer.size() > size;
    found_.foreign += surplus; // nobody asked for anything else on this connection
    co_return !surplus && buffer.substr(0, end).find("onnection: close") == std::string::npos;
}

asio::awaitable<void> clients::client() {
    tcp::socket socket(io_);
    std::string buffer;
    bool connected = false;
    while (begun_ < options_.calls) {
        ++begun_;
        error_code failed;
        if (!connected) {
            socket.close(failed);
            co_await socket.async_connect(there_, asio::redirect_error(asio::use_awaitable, failed));
            if (failed) {
                ++found_.calls;
                ++found_.broken;
                continue;
            }
            socket.set_option(tcp::no_delay(true), failed);
        }
        connected = co_await ask(socket, next_nonce(), buffer);
    }
}

// ---- the program

template <class Key> void print_counts(const char* name, const std::map<Key, std::uint64_t>& counts) {
    std::cout << ",\"" << name << "\":{";
    const char* comma = "";
    for (const auto& [key, count] : counts) {
        std::cout << comma << '"' << key << "\":" << count;
        comma = ",";
    }
    std::cout << '}';
}

void print(const findings& found) {
    std::cout << "{\"calls\":" << found.calls << ",\"own\":" << found.own << ",\"foreign\":" << found.foreign
              << ",\"lacking\":" << found.lacking << ",\"broken\":" << found.broken
              << ",\"vendor_requests\":" << found.vendor_requests;
    print_counts("statuses", found.statuses);
    print_counts("spoilt", found.spoilt);
    std::cout << '}' << std::endl;
    if (!found.first_foreign.empty())
        std::cerr << found.first_foreign << '\n';
}

[[noreturn]] void usage() {
    std::cerr << "usage: bench_nonces --prefix PATH [--calls N] [--clients N] [--seed N] [--slow-ms N]"
                 " [--late-surplus 0|1]\n";
    std::exit(2);
}

options read_options(int argc, char** argv) {
    options o;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--calls")
            o.calls = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--clients")
            o.clients = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--seed")
            o.seed = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--slow-ms")
            o.slow_ms = std::atoi(argv[i + 1]);
        else if (name == "--late-surplus")
            o.late_surplus = argv[i + 1] == std::string_view("1");
        else if (name == "--prefix")
            o.prefix = argv[i + 1];
        else
            usage();
    }
    if (argc % 2 == 0 || o.prefix.empty() || o.clients == 0)
        usage();
    return o;
}

} // namespace

int main(int argc, char** argv) {
    const auto chosen = read_options(argc, argv);
    asio::io_context io(1);
    findings found;
    vendor there(io, chosen, found);
    there.start();
    std::cout << "{\"vendor_port\":" << there.port() << '}' << std::endl;
    unsigned short gateway = 0;
    if (!(std::cin >> gateway))
        return 2;
    clients all(io, chosen, gateway, found);
    all.start();
    while (!all.finished())
        io.run_one();
    print(found);
    return found.foreign || found.lacking ? 1 : 0;
}
