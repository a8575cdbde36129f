#include "upstream/classify.hpp"
#include "upstream/options.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

TEST(BaseUrl, ReadsItsParts) {
    struct row {
        const char* text;
        bool tls;
        const char* host;
        int port;
        const char* path;
        const char* authority;
    };
    for (const auto& [text, tls, host, port, path, authority] : std::initializer_list<row>{
             {"https://api.example", true, "api.example", 443, "", "api.example"},
             {"https://api.example/", true, "api.example", 443, "", "api.example"},
             {"https://api.example:443/", true, "api.example", 443, "", "api.example"},
             {"https://api.example:8443/base/v1/", true, "api.example", 8443, "/base/v1", "api.example:8443"},
             {"HTTP://127.0.0.1:8080", false, "127.0.0.1", 8080, "", "127.0.0.1:8080"},
             {"http://api.example:80/a%20b", false, "api.example", 80, "/a%20b", "api.example"},
             {"http://[::1]:9000/x", false, "::1", 9000, "/x", "[::1]:9000"},
             {"https://[2001:db8::1]", true, "2001:db8::1", 443, "", "[2001:db8::1]"},
         }) {
        const auto url = parse_base_url(text);
        ASSERT_TRUE(url) << text << ": " << url.error().detail();
        EXPECT_EQ(url->tls, tls) << text;
        EXPECT_EQ(url->host, host) << text;
        EXPECT_EQ(url->port, port) << text;
        EXPECT_EQ(url->path, path) << text;
        EXPECT_EQ(url->authority(), authority) << text;
    }
}

TEST(BaseUrl, RefusesWhatIsNoneAndSaysWhy) {
    struct row {
        const char* text;
        const char* why;
    };
    for (const auto& [text, why] : std::initializer_list<row>{
             {"", "not an absolute URL, such as https://api.example"},
             {"api.example", "not an absolute URL, such as https://api.example"},
             {"/path", "not an absolute URL, such as https://api.example"},
             {"https://a b", "not an absolute URL, such as https://api.example"},
             {"https://a\r\nX: y", "not an absolute URL, such as https://api.example"},
             {"ftp://api.example", "the scheme is neither https nor http"},
             {"mailto:a", "the scheme is neither https nor http"},
             {"https:/path", "there is no host"},
             {"https://", "the host is neither a name nor an address"},
             {"https://user:pass@api.example", "credentials don't belong in the URL"},
             {"https://@api.example", "credentials don't belong in the URL"},
             {"https://api.example?x=1", "a query or fragment doesn't belong in a base URL"},
             {"https://api.example#top", "a query or fragment doesn't belong in a base URL"},
             {"https://a%0d%0ab", "the host is neither a name nor an address"},
             {"https://a,b", "the host is neither a name nor an address"},
             {"https://api..example", "the host is neither a name nor an address"},
             {"https://api.example.", "the host is neither a name nor an address"},
             {"https://[v1.x]", "the host is neither a name nor an address"},
             {"https://api.example:0", "the port is not between 1 and 65535"},
             {"https://api.example:65536", "the port is not between 1 and 65535"},
             {"https://api.example:99999999999", "the port is not between 1 and 65535"},
         }) {
        const auto url = parse_base_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code(), errc::invalid_request) << text;
        EXPECT_EQ(url.error().detail(), why) << text;
    }
}

TEST(HttpResponse, FindsFieldsWhateverTheirCase) {
    http_response response;
    response.fields = {{"Retry-After", "3"}, {"retry-after", "4"}};
    EXPECT_EQ(response.field("RETRY-AFTER"), "3");
    EXPECT_FALSE(response.field("retry"));
}

TEST(FailureOf, JudgesAnswersByTheirStatus) {
    struct row {
        int status;
        std::optional<errc> failure;
    };
    for (const auto& [status, failure] : std::initializer_list<row>{
             {200, {}},
             {302, {}},
             {400, {}},
             {404, {}},
             {409, {}},
             {422, {}},
             {401, errc::provider_rejected},
             {403, errc::provider_rejected},
             {429, errc::provider_throttled},
             {500, errc::provider_unavailable},
             {503, errc::provider_unavailable},
             {599, errc::provider_unavailable},
         }) {
        http_response response;
        response.status = status;
        EXPECT_EQ(failure_of(response), failure) << status;
    }
    EXPECT_EQ(failure_of(error(errc::deadline_exceeded)), errc::deadline_exceeded);
}

TEST(BaseUrl, RefusesANameThatBeginsWithAnAddress) {
    for (const auto* text : {"http://127.0.0.1.evil.test", "https://127.0.0.1.evil.test/v1", "http://127.0.0.1evil"}) {
        const auto parsed = parse_base_url(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().detail(), "a host name that begins with an IPv4 address is not supported");
    }
}

} // namespace
} // namespace evalbridge
