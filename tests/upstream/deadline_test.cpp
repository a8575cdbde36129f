// Every way of taking too long ends, in time, with the word for whose time was up. Sockets wait in real time here, so
// the deadlines are short ones and the only bound on how late a test ends is a generous one.

#include "tests/upstream/client.hpp"
#include "tests/upstream/raw_server.hpp"

#include <gtest/gtest.h>

#include <future>

#include <sys/socket.h>

namespace evalbridge::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto brief = milliseconds(100);

time_point now() { return std::chrono::steady_clock::now(); }

call due_in(duration span) {
    call c = test_call();
    c.deadline = now() + span;
    return c;
}

void silent(peer& vendor) {
    vendor.next_request();
    vendor.wait_for_close();
}

/// Listens and never accepts, with its queue full: a further connection attempt hangs, as behind a firewall.
class black_hole {
  public:
    black_hole() : acceptor_(io_) {
        using boost::asio::ip::tcp;
        acceptor_.open(tcp::v4());
        acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
        acceptor_.listen(0);
        for (int i = 0; i < 4; ++i) {
            fillers_.emplace_back(io_).open(tcp::v4());
            fillers_.back().non_blocking(true);
            // Not Asio's connect, which waits for its end in any case.
            const auto to = acceptor_.local_endpoint();
            ::connect(fillers_.back().native_handle(), to.data(), static_cast<socklen_t>(to.size()));
        }
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::list<boost::asio::ip::tcp::socket> fillers_;
};

TEST(Deadline, OneThatHasPassedSendsNothing) {
    raw_server server({silent});
    client client(options_for(server.port()));
    const auto answer = client.send(get("/"), due_in(-milliseconds(1)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::deadline_exceeded);
    EXPECT_FALSE(answer.error().request_sent());
    EXPECT_EQ(server.connections(), 0u);
}

TEST(Deadline, DoesNotEndTheWaitForAnAnswerThatIsHeardOut) {
    std::promise<void> answers;
    raw_server server({[&](peer& vendor) {
        vendor.next_request();
        answers.get_future().wait();
        vendor.send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
    }});
    client client(options_for(server.port()));
    auto c = due_in(brief);
    c.heard_out = true;
    const auto when_it_has_passed = client.sweeper.at(c.deadline + brief, [&] { answers.set_value(); });
    const auto answer = client.send(create("{}"), c);
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->status, 201);
}

TEST(Deadline, OfAnAttemptEndsOneThatIsHeardOut) {
    raw_server server({silent});
    auto options = options_for(server.port());
    options.attempt_timeout = 2 * brief;
    client client(options);
    auto c = due_in(brief);
    c.heard_out = true;
    const auto begun = now();
    const auto answer = client.send(create("{}"), c);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::provider_unavailable);
    EXPECT_TRUE(answer.error().request_sent());
    EXPECT_GE(now() - begun, 2 * brief);
}

TEST(Deadline, EndsTheWaitForAnAnswer) {
    raw_server server({silent});
    client client(options_for(server.port()));
    const auto begun = now();
    const auto answer = client.send(get("/"), due_in(brief));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::deadline_exceeded);
    EXPECT_EQ(answer.error().detail(), "the provider did not answer before the deadline");
    EXPECT_TRUE(answer.error().request_sent());
    EXPECT_GE(now() - begun, brief);
    EXPECT_LT(now() - begun, seconds(4));
}

TEST(Deadline, OfAnAttemptIsTheProvidersFault) {
    raw_server server({silent});
    auto options = options_for(server.port());
    options.attempt_timeout = brief;
    client client(options);
    const auto answer = client.send(create("{}"), create_call());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::provider_unavailable);
    EXPECT_EQ(answer.error().detail(), "the provider did not answer within 100 ms");
    EXPECT_TRUE(answer.error().request_sent());
}

TEST(Deadline, IsNotMovedByBytesThatDrip) {
    const auto dripping = [](std::string start, std::string_view drop) {
        return [=](peer& vendor) {
            vendor.next_request();
            vendor.send(start);
            while (vendor.send(drop) && !vendor.wait_for_close(milliseconds(2)))
                continue;
        };
    };
    for (const auto& script :
         {dripping("HTTP/1.1 200 OK\r\nA: ", "x"), dripping("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "x"),
          dripping("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
          dripping("HTTP/1.1 200 OK\r\n\r\n", "x")}) {
        raw_server server({script});
        client client(options_for(server.port()));
        const auto answer = client.send(get("/"), due_in(brief));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code(), errc::deadline_exceeded);
    }
}

TEST(Deadline, EndsTheWaitForAVendorThatReadsNothing) {
    std::promise<void> done;
    raw_server server({[ended = done.get_future().share()](peer&) { ended.wait(); }});
    client client(options_for(server.port()));
    const auto request = create(std::string(16 * 1024 * 1024, 'x')); // made before the time begins to run
    const auto answer = client.send(request, due_in(milliseconds(1000)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::deadline_exceeded);
    EXPECT_TRUE(answer.error().request_sent());
    done.set_value();
}

TEST(Deadline, EndsAConnectAttempt) {
    const black_hole hole;
    auto options = options_for(hole.port());
    options.connect_timeout = brief;
    client slow_vendor(options);
    const auto refused = slow_vendor.get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), errc::provider_unavailable);
    EXPECT_EQ(refused.error().detail(),
              "could not connect to 127.0.0.1:" + std::to_string(hole.port()) + ": nobody answered within 100 ms");
    EXPECT_FALSE(refused.error().request_sent());

    client hasty(options_for(hole.port()));
    const auto late = hasty.send(get("/"), due_in(brief));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), errc::deadline_exceeded);
    EXPECT_EQ(late.error().detail(), "no connection to the provider could be made before the deadline");
}

TEST(Deadline, OfOneAddressLeavesTimeForTheNext) {
    const black_hole hole;
    auto options = options_for(hole.port());
    options.connect_timeout = brief;
    options.url.host = "api.example";
    const auto names = std::make_shared<resolver>([](const std::string&) -> result<resolver::addresses> {
        return resolver::addresses{boost::asio::ip::make_address("127.0.0.1"),
                                   boost::asio::ip::make_address("127.0.0.2")};
    });
    client client(options, names);
    const auto answer = client.get(); // the second address refuses, which shows that it was tried
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().detail().ends_with("Connection refused")) << answer.error().detail();
}

TEST(Deadline, EndsTheWaitForAName) {
    std::promise<void> done;
    auto options = options_for(1);
    options.url.host = "hangs.example";
    const auto names = std::make_shared<resolver>(
        [ended = done.get_future().share()](const std::string&) -> result<resolver::addresses> {
            ended.wait();
            return error(errc::provider_unavailable);
        });
    client patient(options, names);
    const auto late = patient.send(get("/"), due_in(brief));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), errc::deadline_exceeded);

    options.connect_timeout = brief;
    client hasty(options, names);
    const auto unknown = hasty.get();
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code(), errc::provider_unavailable);
    EXPECT_EQ(unknown.error().detail(), "hangs.example could not be looked up in time");
    done.set_value();
}

TEST(Deadline, EndsTheWaitForAConnection) {
    raw_server server({silent});
    auto options = options_for(server.port());
    options.max_connections = 1;
    options.attempt_timeout = brief;
    client client(options);
    const auto answers = client.send_all({get("/1"), get("/2"), get("/3")}, test_call());
    EXPECT_EQ(answers[0].error().detail(), "the provider did not answer within 100 ms");
    EXPECT_TRUE(answers[0].error().request_sent());
    for (const auto& waited : {answers[1], answers[2]}) {
        EXPECT_EQ(waited.error().code(), errc::provider_unavailable);
        EXPECT_EQ(waited.error().detail(), "no connection to the provider became free within 100 ms");
        EXPECT_FALSE(waited.error().request_sent());
    }
}

TEST(Deadline, LeavesNoConnectionBehindThatAnotherCallCouldGet) {
    std::promise<void> late;
    raw_server server({[&](peer& vendor) {
                           vendor.next_request();
                           late.get_future().wait();
                           vendor.send(ok("for the one who left"));
                       },
                       answering({ok("mine")})});
    client client(options_for(server.port()));
    EXPECT_FALSE(client.send(get("/"), due_in(brief)));
    late.set_value();
    ASSERT_TRUE(server.wait_for_ended(1));
    EXPECT_EQ(client.get()->body, "mine");
}

} // namespace
} // namespace evalbridge::testing
