// Ports that are down for a while, TLS with good and bad certificates, and the peaks of what came in.

#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <filesystem>

namespace evalbridge::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp::endpoint at(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

class SandboxDown : public SandboxFixture {
  protected:
    boost::system::error_code connects(std::uint16_t port) {
        asio::io_context context;
        tcp::socket socket(context);
        boost::system::error_code failed;
        socket.connect(at(port), failed);
        return failed;
    }
    void order(std::string_view scenario) {
        EXPECT_EQ(ask(server_.gradient_port(), "PUT", "/__sandbox/scenario", {}, scenario).status, 200);
    }
};

TEST_F(SandboxDown, RefusesAndResetsUntilItIsToldOtherwise) {
    asio::io_context context;
    tcp::socket established(context);
    established.connect(at(server_.staso_port()));
    const std::string request = "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n";
    asio::write(established, asio::buffer(request));
    char answer[12];
    asio::read(established, asio::buffer(answer));

    order(R"({"staso":{"down_ms":600000}})");
    EXPECT_EQ(connects(server_.staso_port()), asio::error::connection_refused);
    EXPECT_FALSE(connects(server_.gradient_port()));
    std::string rest;
    boost::system::error_code ended;
    asio::read(established, asio::dynamic_buffer(rest), ended);
    EXPECT_EQ(ended, asio::error::connection_reset);
    order("{}");
    EXPECT_FALSE(connects(server_.staso_port()));
    EXPECT_EQ(staso("GET", "/nowhere").status, 404);
}

TEST_F(SandboxDown, ComesBackByItself) {
    order(R"({"staso":{"down_ms":50}})");
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (connects(server_.staso_port()) && std::chrono::steady_clock::now() < limit)
        std::this_thread::yield();
    EXPECT_EQ(staso("GET", "/nowhere").status, 404);
}

TEST_F(SandboxDown, AnswersTheOrderThatBringsItDown) {
    set_scenario(R"({"staso":{"down_ms":600000},"gradient":{"down_ms":20}})");
    EXPECT_EQ(connects(server_.staso_port()), asio::error::connection_refused);
}

class SandboxTls : public SandboxFixture {
  protected:
    SandboxTls() : SandboxFixture(with_tls()) {}
    static options with_tls() {
        options out;
        out.tls = true;
        return out;
    }

    struct handshake {
        boost::system::error_code failed;
        long verdict = X509_V_OK;
        boost::system::error_code ended; ///< how the answer ended
        std::string answer;
    };
    /// With a client that believes the sandbox's own authority, and asks for `target`.
    handshake ask_over_tls(const std::string& host = "127.0.0.1", const std::string& target = "/none",
                           const std::string& more = "") {
        asio::io_context context;
        asio::ssl::context trusting(asio::ssl::context::tls_client);
        trusting.load_verify_file(server_.ca_file());
        trusting.set_verify_mode(asio::ssl::verify_peer);
        asio::ssl::stream<tcp::socket> stream(context, trusting);
        SSL* const native = stream.native_handle();
        if (host == "127.0.0.1")
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(native), host.c_str());
        else
            SSL_set1_host(native, host.c_str());
        SSL_set_hostflags(native, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        stream.next_layer().connect(at(server_.staso_port()));
        handshake out;
        stream.handshake(asio::ssl::stream_base::client, out.failed);
        out.verdict = SSL_get_verify_result(native);
        if (out.failed)
            return out;
        const auto request = "GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + more + "\r\n";
        asio::write(stream, asio::buffer(request), out.ended);
        asio::read(stream, asio::dynamic_buffer(out.answer), out.ended);
        return out;
    }
    void choose(const std::string& vendor_members) {
        const auto body = "{\"staso\":{" + vendor_members + "}}";
        asio::io_context context;
        asio::ssl::context any(asio::ssl::context::tls_client);
        asio::ssl::stream<tcp::socket> stream(context, any);
        stream.next_layer().connect(at(server_.gradient_port()));
        stream.handshake(asio::ssl::stream_base::client);
        const auto request = "PUT /__sandbox/scenario HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\n\r\n" + body;
        asio::write(stream, asio::buffer(request));
        std::string answer;
        boost::system::error_code ended;
        asio::read(stream, asio::dynamic_buffer(answer), ended);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    }
};

TEST_F(SandboxTls, SaysWhereItIsAndWhomToTrust) {
    EXPECT_TRUE(ready_.at("staso").as_string().starts_with("https://127.0.0.1:"));
    EXPECT_TRUE(ready_.at("gradient").as_string().starts_with("https://127.0.0.1:"));
    EXPECT_EQ(ready_.at("ca_file").as_string(), server_.ca_file());
    for (const auto* host : {"127.0.0.1", "localhost"}) {
        const auto met = ask_over_tls(host);
        EXPECT_FALSE(met.failed) << host << " " << met.failed.message();
        EXPECT_TRUE(met.answer.starts_with("HTTP/1.1 404")) << host;
    }
}

TEST_F(SandboxTls, ShowsTheCertificateThatIsAskedFor) {
    const std::pair<const char*, long> rows[] = {
        {"expired", X509_V_ERR_CERT_HAS_EXPIRED},
        {"self_signed", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
        {"wrong_host", X509_V_ERR_IP_ADDRESS_MISMATCH},
        {"cn_only", X509_V_ERR_IP_ADDRESS_MISMATCH},
        {"unknown_ca", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    };
    for (const auto& [name, verdict] : rows) {
        choose("\"tls\":{\"certificate\":\"" + std::string(name) + "\"}");
        const auto met = ask_over_tls();
        EXPECT_TRUE(met.failed) << name;
        EXPECT_EQ(met.verdict, verdict) << name << " " << X509_verify_cert_error_string(met.verdict);
    }
    choose(R"("tls":{"certificate":"valid"})");
    EXPECT_FALSE(ask_over_tls().failed);
}

TEST_F(SandboxTls, ClosesWithNoticeUnlessItCuts) {
    const auto key = "X-API-Key: " + sample("staso_api_key") + "\r\n";
    const auto path = "/v1/eval/runs/" + sample("staso_finished_run_id");
    choose(R"("faults":[{"do":"until_close"}])");
    const auto whole = ask_over_tls("127.0.0.1", path, key);
    EXPECT_EQ(whole.ended, asio::error::eof);
    choose(R"("faults":[{"do":"cut_tls"}])");
    const auto cut = ask_over_tls("127.0.0.1", path, key);
    EXPECT_EQ(cut.ended, asio::ssl::error::stream_truncated);
    EXPECT_LT(cut.answer.size(), whole.answer.size());
    EXPECT_FALSE(cut.answer.empty());
}

TEST_F(SandboxTls, OutlastsWhoeverSpeaksSomethingElse) {
    EXPECT_EQ(ask_raw(server_.staso_port(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n").find("HTTP/1.1"), std::string::npos);
    EXPECT_FALSE(ask_over_tls().failed);
}

TEST(SandboxAuthority, GoesWithTheServer) {
    options chosen;
    chosen.tls = true;
    std::string file;
    {
        const server served(chosen);
        file = served.ca_file();
        EXPECT_TRUE(std::filesystem::exists(file));
    }
    EXPECT_FALSE(std::filesystem::exists(file));
}

using SandboxPeaks = SandboxDown;

TEST_F(SandboxPeaks, AreOfTheBusiestMinuteAndHour) {
    const auto peaks = [&](const char* span) {
        return ask(server_.staso_port(), "GET", "/__sandbox/peaks").json().at(span).to_number<int>();
    };
    const auto requests = [&](int count) {
        for (int i = 0; i < count; ++i)
            staso("GET", "/nowhere");
    };
    requests(3);
    advance(30);
    requests(4);
    advance(31);
    requests(2);
    EXPECT_EQ(peaks("minute"), 7);
    EXPECT_EQ(peaks("hour"), 9);
    advance(3600);
    requests(1);
    EXPECT_EQ(peaks("hour"), 9);
    ask(server_.staso_port(), "POST", "/__sandbox/reset");
    EXPECT_EQ(peaks("minute"), 0);
    EXPECT_EQ(ask(server_.gradient_port(), "GET", "/__sandbox/peaks").json().at("hour").to_number<int>(), 0);
}

TEST_F(SandboxDown, RefusesCertificatesWithoutTls) {
    const auto refused = ask(server_.staso_port(), "PUT", "/__sandbox/scenario", {},
                             R"({"gradient":{"tls":{"certificate":"expired"}}})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.json().at("error").as_string(), "scenario.gradient.tls: this sandbox was started without it");
}

} // namespace
} // namespace evalbridge::sandbox
