#include "upstream/transport/exchange.hpp"

#include "tests/support/scripted_upstream.hpp"
#include "tests/upstream/raw_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <netinet/tcp.h>

#include <future>

namespace evalbridge::testing {
namespace {

/// Has a request meet an answer on the way that was sent before the vendor's system got it.
exchanged cross(bool reused) {
    std::promise<void> sent;
    raw_server server({[&](peer& vendor) {
        // Acknowledge late, as a vendor far away does: on loopback it would be done within our own write.
        const int off = 0;
        setsockopt(vendor.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
        vendor.send(ok("to an earlier request"));
        sent.set_value();
        vendor.wait_for_close();
    }});
    boost::asio::io_context io(1);
    vendor_connection on(io.get_executor());
    on.socket().connect({boost::asio::ip::address_v4::loopback(), server.port()});
    on.socket().non_blocking(true);
    sent.get_future().wait();
    exchanged outcome;
    boost::asio::co_spawn(io, exchange(on, reused, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", {1000, 1000}),
                          [&](std::exception_ptr, exchanged done) { outcome = std::move(done); });
    io.run();
    return outcome;
}

TEST(Exchange, RefusesAnAnswerThatWasSentBeforeTheRequestArrived) {
    // The acknowledgement is some 40 ms late; a machine that stops us for as long in the one wrong place gets another
    // try.
    exchanged outcome;
    for (int tries = 0; tries < 5; ++tries)
        if (outcome = cross(true); !outcome.answer)
            break;
    ASSERT_FALSE(outcome.answer);
    EXPECT_EQ(outcome.answer.error().code(), errc::provider_malformed);
    EXPECT_EQ(outcome.answer.error().detail(),
              "the answer is not acceptable HTTP: it was sent before the request had arrived");
    EXPECT_TRUE(outcome.sent);
    EXPECT_FALSE(outcome.answered); // so a request that may be repeated goes again
    EXPECT_FALSE(outcome.reusable);
}

TEST(Exchange, TakesSuchAnAnswerOnAConnectionThatNobodyUsedBefore) {
    const auto outcome = cross(false);
    ASSERT_TRUE(outcome.answer);
    EXPECT_EQ(outcome.answer->body, "to an earlier request");
}

} // namespace
} // namespace evalbridge::testing
