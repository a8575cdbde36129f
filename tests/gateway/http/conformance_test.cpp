// Third-party cases (tests/fixtures/http) played as raw bytes against the real listener, parser and limits. Every path
// answers like an echo, so that no 404 and no key hides a defect. The rules of judgement are the suites' own.

#include "gateway/http/echo.hpp"
#include "tests/gateway/http/edge_server.hpp"

#ifdef EVALBRIDGE_TEST_ROUTES

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/json.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <set>

namespace evalbridge::testing {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto silence = 1000ms;   ///< after which there is no answer, for a case that may be left without one
constexpr auto afterwards = 150ms; ///< for a second answer, or for the connection to close
constexpr auto between = 150ms;    ///< of the steps of one case
constexpr auto give_up = 15s;      ///< on a loaded machine, for an answer that has to come

struct talk;
using judgement = std::function<bool(const talk&)>;

json::array load(const std::string& name) {
    std::ifstream in(EVALBRIDGE_SOURCE_DIR "/tests/fixtures/http/" + name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return json::parse(text).as_array();
}

std::string bytes_of(const json::value& base64) {
    namespace b64 = boost::beast::detail::base64;
    const auto& text = base64.as_string();
    std::string out(b64::decoded_size(text.size()), '\0');
    out.resize(b64::decode(out.data(), text.data(), text.size()).first);
    return out;
}

/// What came back.
struct talk {
    std::string received;
    bool closed = false;

    std::vector<int> statuses() const {
        static const std::regex status("HTTP/1\\.\\d (\\d{3})");
        std::vector<int> out;
        for (std::sregex_iterator at(received.begin(), received.end(), status), end; at != end; ++at)
            out.push_back(std::stoi((*at)[1]));
        return out;
    }
    std::string state() const { return closed ? "ClosedByServer" : received.empty() ? "TimedOut" : "Open"; }
    std::string words() const {
        std::string out;
        for (const int each : statuses())
            out += std::to_string(each) + " ";
        return out + state();
    }
};

asio::awaitable<void> wait(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> receive(tcp::socket& socket, talk& out, asio::steady_timer& answered) {
    std::array<char, 4096> bytes;
    for (;;) {
        error_code failed;
        const auto size =
            co_await socket.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failed));
        out.received.append(bytes.data(), size);
        out.closed = out.closed || (failed && failed != asio::error::operation_aborted);
        if (failed || out.received.find("\r\n\r\n") != std::string::npos)
            answered.cancel();
        if (failed)
            co_return;
    }
}

/// Plays one case. What came back is final once `is_fine`, or when nothing more can be expected.
asio::awaitable<void> converse(unsigned short port, std::vector<std::string> steps, judgement is_fine, talk& out) {
    const auto executor = co_await asio::this_coro::executor;
    auto socket = std::make_shared<tcp::socket>(executor);
    auto answered = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    const tcp::endpoint server(asio::ip::address_v4::loopback(), port);
    co_await socket->async_connect(server, asio::use_awaitable);
    auto reading = [](auto s, auto a, talk* t) -> asio::awaitable<void> { co_await receive(*s, *t, *a); };
    asio::co_spawn(executor, reading(socket, answered, &out), asio::detached);
    error_code ignored;
    for (const auto& step : steps) {
        const auto bytes = asio::buffer(step);
        co_await asio::async_write(*socket, bytes, asio::redirect_error(asio::use_awaitable, ignored));
        if (steps.size() > 1)
            co_await wait(between);
    }
    if (!out.closed && out.received.find("\r\n\r\n") == std::string::npos) {
        answered->expires_after(silence);
        co_await answered->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_await wait(afterwards);
    const auto end = std::chrono::steady_clock::now() + give_up;
    while (!is_fine(out) && std::chrono::steady_clock::now() < end)
        co_await wait(afterwards);
    socket->cancel(ignored);
    co_await wait(1ms); // lets the reader end before what it writes to goes
}

/// Plays all of them at once; the answers in order.
std::vector<talk> play(unsigned short port, const std::vector<std::vector<std::string>>& cases,
                       const std::function<bool(std::size_t, const talk&)>& is_fine) {
    std::vector<talk> talks(cases.size());
    asio::io_context io(1);
    for (std::size_t i = 0; i < cases.size(); ++i)
        asio::co_spawn(
            io,
            converse(port, cases[i], [&is_fine, i](const talk& t) { return is_fine(i, t); }, talks[i]), asio::detached);
    io.run();
    return talks;
}

void serve_echo_everywhere(edge_server& server) {
    for (const std::string_view path : {"/", "/{a}", "/{a}/{b}", "/{a}/{b}/{c}", "/{a}/{b}/{c}/{d}"})
        add_echo_route(server.routes, path);
    server.start();
}

/// The verdict that http11probe.json gives for a status and connection state.
std::string verdict_of(const json::object& each, const talk& heard) {
    const auto id = each.at("id").as_string();
    if (id == "COMP-DATE-HEADER")
        return heard.received.find("\r\nDate: ") != std::string::npos ? "Pass" : "Fail";
    if (id == "COMP-HEAD-NO-BODY")
        return heard.received.ends_with("\r\n\r\n") && heard.statuses() == std::vector{200} ? "Pass" : "Fail";
    const auto statuses = heard.statuses();
    if (each.contains(
            "steps")) { // several messages: the first final answer tells whether the ambiguous one was refused
        const auto final = std::ranges::find_if(statuses, [](int status) { return status >= 200; });
        if ((final != statuses.end() && *final >= 400) || heard.closed)
            return "Pass";
        return "Review";
    }
    const auto& table = each.at("verdict").as_object();
    const auto first = statuses.empty() ? std::string("none") : std::to_string(statuses.front());
    const auto* row = table.if_contains(first + "/" + heard.state());
    if (!row && !statuses.empty())
        row = table.if_contains((statuses.front() >= 500   ? "500/"
                                 : statuses.front() >= 400 ? "404/"
                                                           : "200/") +
                                heard.state());
    return row ? std::string(row->as_string()) : "Review";
}

TEST(Http11Probe, NothingFailsAndWhatNeedsReviewIsKnown) {
    // Answered twice with 200, and rightly: each body is read to its end, so that the second message is the second one.
    const std::set<std::string> reviewed = {
        "SMUG-GET-CL-BODY-DESYNC",     // GET with a body, which an echo takes, then a GET
        "SMUG-GET-CL-PREFIX-DESYNC",   // its body is the beginning of a request, and stays a body
        "SMUG-OPTIONS-CL-BODY-DESYNC", // the same with OPTIONS
        "SMUG-EXPECT-100-CL-DESYNC",   // the body came with the head, so that no 100 was due
        "SMUG-PIPELINE-SAFE",          // two clean requests: the suite's own baseline
    };
    edge_server server;
    serve_echo_everywhere(server);
    const auto cases = load("http11probe.json");
    std::vector<std::vector<std::string>> bytes;
    for (const auto& each : cases) {
        auto& steps = bytes.emplace_back();
        if (const auto* several = each.as_object().if_contains("steps")) {
            for (const auto& step : several->as_array())
                for (const auto& part : step.at("parts").as_array())
                    steps.push_back(bytes_of(part.at("b64")));
        } else {
            steps.push_back(bytes_of(each.at("b64")));
        }
    }
    const auto talks = play(server.port(), bytes, [&](std::size_t i, const talk& heard) {
        const auto& each = cases[i].as_object();
        const auto verdict = verdict_of(each, heard);
        const bool known = verdict == "Review" && reviewed.contains(std::string(each.at("id").as_string()));
        return verdict == "Pass" || verdict == "Warn" || known || !each.at("scored").as_bool();
    });
    std::set<std::string> to_review;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto& each = cases[i].as_object();
        const std::string id(each.at("id").as_string());
        const auto verdict = verdict_of(each, talks[i]);
        if (each.at("scored").as_bool()) {
            EXPECT_NE(verdict, "Fail") << id << ": " << talks[i].words();
        }
        if (verdict == "Review")
            to_review.insert(id);
    }
    EXPECT_EQ(to_review, reviewed);
    EXPECT_GE(cases.size(), 189u);
}

TEST(Llhttp, NoBrokenRequestIsAcceptedMoreOftenThanItIsComplete) {
    edge_server server;
    serve_echo_everywhere(server);
    std::vector<json::object> cases;
    std::vector<std::vector<std::string>> bytes;
    for (const auto& each : load("llhttp.json")) {
        const auto& one = each.as_object();
        const auto file = std::string_view(one.at("file").as_string());
        if (!one.at("strict").as_bool() || !file.starts_with("request/") ||
            file.find("pausing") != std::string_view::npos)
            continue;
        cases.push_back(one);
        // A case about something else than Host must not be refused for lacking one.
        static const std::regex has_host("(^|\\n)host[ \\t]*:", std::regex::icase);
        static const std::regex start_line("(^|\\n)(\\S+ [^\\r\\n]* HTTP/1\\.[01])\\r\\n");
        auto text = bytes_of(one.at("b64"));
        if (!std::regex_search(text, has_host))
            text = std::regex_replace(text, start_line, "$1$2\r\nHost: a\r\n");
        bytes.push_back({text});
    }
    const auto talks = play(server.port(), bytes, [](std::size_t, const talk&) { return true; });
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto& errors = cases[i].at("error").as_array();
        const auto why = errors.size() > 1 ? std::string(errors[1].as_string()) : std::string();
        // After Upgrade and `Connection: close` llhttp stops where a server may go on or just close.
        if (errors.empty() || why.find("Upgrade") != std::string::npos ||
            why.find("Connection: close") != std::string::npos)
            continue;
        const auto accepted =
            std::ranges::count_if(talks[i].statuses(), [](int status) { return status >= 200 && status < 400; });
        EXPECT_LE(accepted, cases[i].at("complete").as_int64())
            << cases[i].at("file") << " " << cases[i].at("name") << " (" << why << "): " << talks[i].words();
    }
    EXPECT_GE(cases.size(), 120u);
}

} // namespace
} // namespace evalbridge::testing

#endif
