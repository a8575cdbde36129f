// Whom the client believes over TLS, and what it says of those it doesn't.

#include "tests/upstream/certificates.hpp"
#include "tests/upstream/client.hpp"
#include "tests/upstream/raw_server.hpp"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <functional>

namespace evalbridge::testing {
namespace {

constexpr char host[] = "api.example";

struct authorities {
    key_and_certificate root = make_certificate({.common_name = "root", .authority = true});
    pem_file trusted{root};
};

/// Made once: keys take their time under sanitizers.
const authorities& ours() {
    static const authorities made;
    return made;
}

key_and_certificate issued(certificate_wish wish) { return make_certificate(wish, &ours().root); }
key_and_certificate good() { return issued({.common_name = host, .alternative_names = "DNS:api.example"}); }

upstream_options tls_options(const raw_server& server, std::string name = host) {
    auto options = options_for(server.port());
    options.url.tls = true;
    options.url.host = std::move(name);
    options.ca_file = ours().trusted.path();
    return options;
}

std::shared_ptr<resolver> everything_is_local() {
    return std::make_shared<resolver>([](const std::string&) -> result<resolver::addresses> {
        return resolver::addresses{boost::asio::ip::make_address("127.0.0.1")};
    });
}

TEST(Tls, TalksToTheRightServerAndKeepsTheConnection) {
    auto context = server_context(good());
    std::string asked_for;
    SSL_CTX_set_tlsext_servername_arg(context.native_handle(), &asked_for);
    SSL_CTX_set_tlsext_servername_callback(
        context.native_handle(), +[](SSL* ssl, int*, void* into) {
            if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name))
                *static_cast<std::string*>(into) = name;
            return SSL_TLSEXT_ERR_OK;
        });
    const std::string large(1'000'000, 'x');
    raw_server server({answering({ok("1"), ok(large), ok("3")})}, &context);
    client client(tls_options(server), everything_is_local());
    const auto first = client.get();
    ASSERT_TRUE(first) << first.error().detail();
    EXPECT_EQ(first->body, "1");
    EXPECT_TRUE(client.get()->body == large);
    const auto created = client.send(create(large), create_call());
    ASSERT_TRUE(created) << created.error().detail();
    EXPECT_EQ(created->body, "3");
    EXPECT_EQ(server.connections(), 1u);
    EXPECT_EQ(asked_for, host);
}

TEST(Tls, SpeaksVersion12AsWell) {
    auto context = server_context(good());
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
    raw_server server({answering({ok("1"), ok("2")})}, &context);
    client client(tls_options(server), everything_is_local());
    EXPECT_EQ(client.get()->body, "1");
    EXPECT_EQ(client.get()->body, "2");
    EXPECT_EQ(server.connections(), 1u);
}

TEST(Tls, AcceptsWildcardsChainsAndAddresses) {
    const auto intermediate = make_certificate({.common_name = "intermediate", .authority = true}, &ours().root);
    const auto below = make_certificate({.alternative_names = "DNS:api.example"}, &intermediate);
    struct row {
        const char* name;
        key_and_certificate identity;
        std::vector<key_and_certificate> chain;
    };
    for (const auto& [name, identity, chain] : std::initializer_list<row>{
             {"api.example.test", issued({.alternative_names = "DNS:*.example.test"}), {}},
             {"API.Example", good(), {}},
             {"api.example", below, {intermediate}},
             {"127.0.0.1", issued({.alternative_names = "IP:127.0.0.1"}), {}},
             {"api.example", issued({.alternative_names = "DNS:api.example", .rsa_bits = 2048}), {}},
             {"api.example", issued({.alternative_names = "DNS:api.example", .extended_usage = "serverAuth"}), {}},
         }) {
        auto context = server_context(identity, chain);
        raw_server server({answering({ok("{}")})}, &context);
        client client(tls_options(server, name), everything_is_local());
        const auto answer = client.get();
        EXPECT_TRUE(answer) << name << ": " << answer.error().detail();
    }
}

struct bad_certificate {
    const char* name;
    std::function<boost::asio::ssl::context()> served;
    const char* reason;
    const char* asked_for = host;
};

class BadCertificate : public ::testing::TestWithParam<bad_certificate> {};

TEST_P(BadCertificate, IsRefusedWithTheReasonAndNothingIsSent) {
    auto context = GetParam().served();
    raw_server server({answering({ok("{}")})}, &context);
    client client(tls_options(server, GetParam().asked_for), everything_is_local());
    const auto answer = client.get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::provider_unavailable);
    EXPECT_FALSE(answer.error().request_sent());
    EXPECT_EQ(answer.error().detail(), std::string("could not connect to ") + GetParam().asked_for + ":" +
                                           std::to_string(server.port()) + ": " + GetParam().reason);
    EXPECT_TRUE(server.requests().empty());
}

constexpr char untrusted[] = "the certificate is not signed by an authority that is trusted here";
constexpr char wrong_host[] = "the certificate is not valid for api.example";

bad_certificate issued_case(const char* name, certificate_wish wish, const char* reason, const char* asked = host) {
    return {name, [=] { return server_context(issued(wish)); }, reason, asked};
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCertificate,
    ::testing::Values(
        issued_case("Expired", {.alternative_names = "DNS:api.example", .valid_from_days = -10, .valid_to_days = -1},
                    "the certificate has expired"),
        issued_case("NotYetValid", {.alternative_names = "DNS:api.example", .valid_from_days = 2, .valid_to_days = 9},
                    "the certificate is not valid yet"),
        issued_case("WrongHost", {.alternative_names = "DNS:other.example"}, wrong_host),
        issued_case("CommonNameOnly", {.common_name = host}, wrong_host),
        issued_case("CommonNameBesideAddress", {.common_name = host, .alternative_names = "IP:127.0.0.1"}, wrong_host),
        issued_case("WildcardForAll", {.alternative_names = "DNS:*"}, wrong_host),
        issued_case("WildcardForTopLevel", {.alternative_names = "DNS:*.example"}, wrong_host),
        issued_case("PartialWildcard", {.alternative_names = "DNS:a*.one.example"},
                    "the certificate is not valid for api.one.example", "api.one.example"),
        issued_case("WildcardForTwoLabels", {.alternative_names = "DNS:*.one.example"},
                    "the certificate is not valid for a.b.one.example", "a.b.one.example"),
        issued_case("AddressAsName", {.common_name = "127.0.0.1", .alternative_names = "DNS:127.0.0.1"},
                    "the certificate is not valid for 127.0.0.1", "127.0.0.1"),
        issued_case("WrongAddress", {.alternative_names = "IP:127.0.0.2"}, "the certificate is not valid for 127.0.0.1",
                    "127.0.0.1"),
        issued_case("ForClients", {.alternative_names = "DNS:api.example", .extended_usage = "clientAuth"},
                    "the certificate was refused: unsuitable certificate purpose"),
        issued_case("WeakKey", {.alternative_names = "DNS:api.example", .rsa_bits = 1024},
                    "the certificate was refused: EE certificate key too weak"),
        issued_case("WeakSignature", {.alternative_names = "DNS:api.example", .sha1 = true},
                    "the certificate was refused: CA signature digest algorithm too weak"),
        bad_certificate{"SelfSigned",
                        [] { return server_context(make_certificate({.alternative_names = "DNS:api.example"})); },
                        untrusted},
        bad_certificate{"UnknownAuthority",
                        [] {
                            const auto other = make_certificate({.common_name = "other", .authority = true});
                            return server_context(make_certificate({.alternative_names = "DNS:api.example"}, &other),
                                                  {other});
                        },
                        untrusted},
        bad_certificate{"MissingIntermediate",
                        [] {
                            const auto between =
                                make_certificate({.common_name = "between", .authority = true}, &ours().root);
                            return server_context(make_certificate({.alternative_names = "DNS:api.example"}, &between));
                        },
                        untrusted},
        bad_certificate{"IssuedByNoAuthority",
                        [] {
                            const auto leaf = good();
                            return server_context(make_certificate({.alternative_names = "DNS:api.example"}, &leaf),
                                                  {leaf});
                        },
                        "the certificate was refused: invalid CA certificate"}),
    [](const auto& info) { return info.param.name; });

TEST(Tls, RefusesOldVersions) {
    auto context = server_context(good());
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(context.native_handle(), "ALL:@SECLEVEL=0");
    raw_server server({answering({ok("{}")})}, &context);
    client client(tls_options(server), everything_is_local());
    const auto answer = client.get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::provider_unavailable);
    EXPECT_NE(answer.error().detail().find("the TLS handshake failed: "), std::string::npos) << answer.error().detail();
    EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, SaysThatTheServerSpeaksNoTls) {
    raw_server server({[](peer& vendor) {
        vendor.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        vendor.wait_for_close();
    }});
    client client(tls_options(server), everything_is_local());
    const auto answer = client.get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::provider_unavailable);
    EXPECT_NE(answer.error().detail().find("the TLS handshake failed: "), std::string::npos) << answer.error().detail();
}

TEST(Tls, HoldsTheHandshakeToTheConnectTimeout) {
    raw_server server({[](peer& vendor) { vendor.wait_for_close(); }});
    auto options = tls_options(server);
    options.connect_timeout = std::chrono::milliseconds(100);
    client client(options, everything_is_local());
    const auto answer = client.get();
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().detail().ends_with(": nobody answered within 100 ms")) << answer.error().detail();
}

TEST(Tls, TellsACutAnswerFromOneThatEnded) {
    const auto open_ended = [](void (peer::*how)()) {
        return [how](peer& vendor) {
            vendor.next_request();
            vendor.send("HTTP/1.1 200 OK\r\n\r\n{\"amount\": 100");
            (vendor.*how)();
        };
    };
    auto context = server_context(good());
    raw_server server({open_ended(&peer::close), open_ended(&peer::cut)}, &context);
    client client(tls_options(server), everything_is_local());
    const auto whole = client.get();
    ASSERT_TRUE(whole) << whole.error().detail();
    EXPECT_EQ(whole->body, "{\"amount\": 100");
    const auto cut = client.get();
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code(), errc::provider_unavailable);
    EXPECT_EQ(cut.error().detail(), "the answer broke off");
}

TEST(Tls, DoesNotReuseAConnectionWithBytesLeftInARecord) {
    auto context = server_context(good());
    raw_server server({answering({ok("mine") + ok("poison")}), answering({ok("healthy")})}, &context);
    client client(tls_options(server), everything_is_local());
    EXPECT_EQ(client.get()->body, "mine");
    EXPECT_EQ(client.get()->body, "healthy");
}

TEST(Tls, NoticesThatTheVendorClosedAnIdleConnection) {
    auto context = server_context(good());
    raw_server server({[](peer& vendor) {
                           vendor.next_request();
                           vendor.send(ok("first"));
                           vendor.cut();
                       },
                       answering({ok("created")})},
                      &context);
    client client(tls_options(server), everything_is_local());
    EXPECT_EQ(client.get()->body, "first");
    ASSERT_TRUE(server.wait_for_ended(1));
    const auto created = client.send(create("{}"), create_call());
    ASSERT_TRUE(created) << created.error().detail();
    EXPECT_EQ(created->body, "created");
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST(Tls, RefusesAnAuthorityFileThatIsNone) {
    boost::asio::io_context io;
    deadline_sweeper sweeper(io.get_executor());
    captured_log log;
    auto options = options_for(1);
    options.url.tls = true;
    options.ca_file = "/nonexistent/ca.pem";
    EXPECT_THROW(make_transport(io.get_executor(), options, sweeper, make_resolver(), log), std::runtime_error);
}

} // namespace
} // namespace evalbridge::testing
