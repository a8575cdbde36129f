// Thousands of calls over few connections to a vendor that does everything to mix up its answers. Whatever a call gets,
// an answer to another one it is not. (One thing is left out: a surplus answer that the vendor sends after the next
// request has reached it is that request's answer, as far as HTTP/1.1 can tell.)

#include "tests/upstream/client.hpp"
#include "tests/upstream/packed.hpp"
#include "tests/upstream/raw_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>

namespace evalbridge::testing {
namespace {

std::string chunked(std::string_view body) {
    const auto half = body.size() / 2;
    std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const auto part : {body.substr(0, half), body.substr(half)}) {
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", part.size());
        answer.append(size).append(part).append("\r\n");
    }
    return answer + "0\r\n\r\n";
}

/// Does something else with each request; false when the connection is over.
bool misbehave(peer& vendor, const std::string& body, unsigned choice) {
    switch (choice % 15) {
    case 0: return vendor.send(ok(body) + ok("foreign")), true; // a second answer in the same segment
    case 1: return vendor.reset(), false;
    case 2: return false;
    case 3: return vendor.send(ok(body).substr(0, 60)), false;
    case 4: return vendor.send(ok(body)), vendor.reset(), false;
    case 5: return vendor.send(ok(body)), false;
    case 6: return vendor.send(ok(body, "Connection: close\r\n")), false;
    case 7: return vendor.send("HTTP/1.1 200 OK\r\n\r\n" + body), false;
    case 8: return vendor.send("HTTP/1.1 103 Early Hints\r\n\r\n" + chunked(body)), true;
    case 9: return vendor.send(chunked(body) + "0\r\n\r\n"), true;
    case 10: return vendor.send(ok(gzipped(body), "Content-Encoding: gzip\r\n")), true;
    case 11: return vendor.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 10\r\n\r\nforeign.."), true;
    default: return vendor.send(ok(body)), true;
    }
}

TEST(Interleaved, CallsNeverGetTheBytesOfOthers) {
    std::atomic<unsigned> seed = 1;
    raw_server server({[&](peer& vendor) {
        std::mt19937 random(seed++);
        for (;;) {
            const auto request = vendor.next_request();
            if (request.empty())
                return;
            // The marker many times over, so that a mix of two answers shows wherever they meet.
            const auto marker = request.substr(4, request.find(" HTTP") - 4);
            std::string body;
            for (unsigned n = random() % 50; n > 0; --n)
                body += marker;
            if (!misbehave(vendor, marker + body, random()))
                return;
        }
    }});
    auto options = options_for(server.port());
    options.max_connections = 8;
    options.attempt_timeout = std::chrono::seconds(60);
    client client(options);
    std::vector<http_request> requests;
    for (int i = 0; i < 2000; ++i)
        requests.push_back(get("/call-" + std::to_string(i) + "."));
    auto c = test_call();
    c.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const auto answers = client.send_all(requests, c);
    int answered = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i]) {
            EXPECT_NE(answers[i].error().code(), errc::deadline_exceeded);
            EXPECT_NE(answers[i].error().code(), errc::internal);
            continue;
        }
        ++answered;
        auto body = answers[i]->body.view();
        ASSERT_FALSE(body.empty());
        const auto& marker = requests[i].target;
        while (body.starts_with(marker))
            body.remove_prefix(marker.size());
        ASSERT_EQ(body, "") << "in the answer to " << marker;
    }
    EXPECT_GT(answered, 1400); // most behaviours do answer, one way or another
}

} // namespace
} // namespace evalbridge::testing
